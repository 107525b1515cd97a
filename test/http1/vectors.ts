/** Reads llhttp's test vectors: Markdown, an `http` block (what is sent) and a `log` block (what llhttp says) below each heading. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shared } from '../support/shared.ts';

export interface Vector {
  /** `request/invalid.md: Invalid method`, numbered where a title comes again. */
  readonly name: string;
  readonly isRequest: boolean;
  /** `lenient-headers`, …; empty for the plain ones. */
  readonly lenient: string;
  /** The caller says that no body follows (an answer to HEAD). */
  readonly skipsBody: boolean;
  readonly bytes: Uint8Array;
  /** Heads and whole messages until llhttp stopped, and whether it stopped because the bytes are wrong. */
  readonly heads: number;
  readonly messages: number;
  readonly refused: boolean;
  /** Why it stopped. */
  readonly reason: string;
}

const folder = shared('vectors/llhttp/test');

export const hasVectors: boolean = existsSync(folder);

export function readVectors(): readonly Vector[] {
  return ['request', 'response'].flatMap((kind) =>
    readdirSync(join(folder, kind)).flatMap((file) => vectorsOf(`${kind}/${file}`, readFileSync(join(folder, kind, file), 'utf8'))),
  );
}

function vectorsOf(file: string, text: string): readonly Vector[] {
  const vectors: Vector[] = [];
  const seen = new Map<string, number>();
  for (const section of text.split(/^(?=#{1,6} )/m)) {
    const title = /^#+ (.*)/.exec(section)?.[1] ?? '';
    // A section may hold several.
    for (const part of section.split(/(?=<!-- meta=)/)) {
      const meta = /meta=\{\s*"type":\s*"([^"]*)"/.exec(part)?.[1];
      const http = /```http\n([\s\S]*?)```/.exec(part)?.[1];
      const log = /```log\n([\s\S]*?)```/.exec(part)?.[1];
      if (meta === undefined || http === undefined || log === undefined) continue;
      const place = (seen.get(title) ?? 0) + 1;
      seen.set(title, place);
      vectors.push({
        name: `${file}: ${title}${place > 1 ? ` (${place})` : ''}`,
        ...typeOf(meta),
        skipsBody: part.includes('"skipBody": true'),
        bytes: bytesOf(http),
        ...outcomeOf(log),
      });
    }
  }
  return vectors;
}

function typeOf(meta: string): Pick<Vector, 'isRequest' | 'lenient'> {
  const [kind, ...words] = meta.split('-');
  const lenient = words.join('-');
  return { isRequest: kind === 'request', lenient: lenient === 'finish' ? '' : lenient };
}

/** As llhttp's own test runner does it. */
function bytesOf(block: string): Uint8Array {
  const text = block
    .replace(/\n$/, '')
    .replace(/\\(?:\r\n|\r|\n)/g, '')
    .replace(/\r\n|\r|\n/g, '\r\n')
    .replace(/\\r/g, '\r')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\f/g, '\f')
    .replace(/\\x([0-9a-fA-F]{1,2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'utf8');
}

/** Pausing is no refusal: 21 to 23 are asked for, or mean that HTTP ends here in order. */
function outcomeOf(log: string): Pick<Vector, 'heads' | 'messages' | 'refused' | 'reason'> {
  const error = /error code=(\d+) reason="([^"]*)"/.exec(log);
  const finish = /off=NULL finish=(\d)/.exec(log);
  const code = Number(error?.[1] ?? 0);
  return {
    heads: log.split('headers complete').length - 1,
    messages: log.split('message complete').length - 1,
    refused: code > 0 && (code < 21 || code > 23),
    reason: error?.[2] ?? (finish ? `finish ${finish[1]}` : ''),
  };
}
