/** The columns with the texts that may be shown. */

import type { TlsSummary } from '../tls/index.ts';
import { RecordColumns } from './columns.ts';
import type { Records } from './records.ts';
import type { Redaction } from './redaction.ts';

export class RedactedColumns extends RecordColumns {
  readonly #redaction: Redaction;

  constructor(records: Records, redaction: Redaction) {
    super(records);
    this.#redaction = redaction;
  }

  override text(id: number): string {
    return this.#redaction.authority(super.text(id));
  }

  override address(host: number): string {
    return this.#redaction.address(super.address(host));
  }

  override hostName(host: number): string | undefined {
    const name = super.hostName(host);
    return name === undefined || !this.#redaction.facts.anonymized ? name : this.#redaction.host(name);
  }

  override certificateNames(connection: number): readonly string[] | undefined {
    const names = super.certificateNames(connection);
    return this.#redaction.facts.anonymized ? names?.map((name) => this.#redaction.host(name)) : names;
  }

  override serverName(id: number): string {
    return this.#redaction.host(super.text(id));
  }

  override asked(target: string): string {
    return this.#redaction.authority(target);
  }

  override shownTls(tls: TlsSummary): TlsSummary {
    if (!this.#redaction.facts.anonymized) return tls;
    return { ...tls, certificateNames: tls.certificateNames?.map((name) => this.#redaction.host(name)) };
  }
}
