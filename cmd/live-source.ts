/** Lets the screens watch a capture while it is read: a snapshot now and then, more seldom the longer one takes to make. */

import { performance } from 'node:perf_hooks';
import type { Inspector } from '../src/trace/index.ts';
import type { Packets, Seen, Source } from '../src/tui/index.ts';
import { analysisOf } from './analysis-of.ts';
import type { Settings } from './options.ts';

/** Milliseconds between snapshots, and at most this share of the time spent on them. */
const period = 250;
const share = 0.1;

export class LiveSource implements Source {
  readonly #inspector: Inspector;
  readonly #settings: Settings;
  readonly #totalBytes: number | undefined;
  readonly #listeners = new Set<() => void>();
  #bytes = 0;
  #next = 0;
  #late: NodeJS.Timeout | undefined;
  #snapshot: Seen;

  constructor(inspector: Inspector, settings: Settings, totalBytes: number | undefined) {
    this.#inspector = inspector;
    this.#settings = settings;
    this.#totalBytes = totalBytes;
    this.#snapshot = this.#take(false);
  }

  snapshot(): Seen {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** So many bytes more have been read. Where nothing follows soon, as from a live capture, they are shown all the same. */
  advance(bytes: number): void {
    this.#bytes += bytes;
    const early = this.#next - performance.now();
    if (early <= 0) this.#renew(false);
    else this.#late ??= setTimeout(() => this.#renew(false), early).unref();
  }

  /** Something else has changed than the trace. */
  ring(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Where packets can be read again. */
  packets: (connection: number) => Packets = () => ({ state: 'missing', why: 'nothing was read yet' });

  finish(): void {
    this.#renew(true);
  }

  #renew(done: boolean): void {
    clearTimeout(this.#late);
    this.#late = undefined;
    const began = performance.now();
    this.#snapshot = this.#take(done);
    const now = performance.now();
    this.#next = now + Math.max(period, (now - began) / share);
    this.ring();
  }

  #take(done: boolean): Seen {
    const trace = this.#inspector.trace();
    const progress = { bytes: this.#bytes, totalBytes: this.#totalBytes, frames: trace.accounting.frames.seen, done };
    return { trace, analysis: analysisOf(trace, { ...this.#settings, filter: undefined }), progress };
  }
}
