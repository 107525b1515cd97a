/** Frames of HTTP/2 (RFC 9113 section 4.1). */

import { http2ErrorName } from '../http/index.ts';
import type { Part } from './dissect.ts';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const types = ['DATA', 'HEADERS', 'PRIORITY', 'RST_STREAM', 'SETTINGS', 'PUSH_PROMISE', 'PING', 'GOAWAY', 'WINDOW_UPDATE', 'CONTINUATION'];
const settings: Readonly<Record<number, string>> = {
  1: 'HEADER_TABLE_SIZE',
  2: 'ENABLE_PUSH',
  3: 'MAX_CONCURRENT_STREAMS',
  4: 'INITIAL_WINDOW_SIZE',
  5: 'MAX_FRAME_SIZE',
  6: 'MAX_HEADER_LIST_SIZE',
  8: 'ENABLE_CONNECT_PROTOCOL',
};
const header = 9;
const mostFrames = 60;

const hasPreface = (bytes: Uint8Array, at: number, to: number): boolean =>
  to - at >= preface.length && String.fromCharCode(...bytes.subarray(at, at + preface.length)) === preface;

/** On a connection that speaks HTTP/2 a packet is taken to begin with a frame where its first bytes could be one. */
export function looksLikeHttp2(bytes: Uint8Array, from: number, to: number, multiplexed: boolean): boolean {
  if (hasPreface(bytes, from, to)) return true;
  return multiplexed && to - from >= header && bytes[from]! === 0 && bytes[from + 3]! < types.length && (bytes[from + 5]! & 0x80) === 0;
}

export function http2(bytes: Uint8Array, from: number, to: number): readonly Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Part[] = [];
  let at = from;
  if (hasPreface(bytes, at, to)) {
    parts.push({ depth: 0, text: 'HTTP/2  connection preface', from: at, to: at + preface.length });
    at += preface.length;
  }
  for (; at + header <= to && parts.length < mostFrames; ) {
    const length = (view.getUint16(at) << 8) | view.getUint8(at + 2);
    const type = view.getUint8(at + 3);
    const flags = view.getUint8(at + 4);
    const stream = view.getUint32(at + 5) & 0x7fffffff;
    const end = Math.min(to, at + header + length);
    parts.push({
      depth: 0,
      text: `HTTP/2  ${types[type] ?? `type ${type}`}, stream ${stream}, ${length} bytes${flagsOf(type, flags)}`,
      from: at,
      to: end,
    });
    parts.push(...inside(view, type, at + header, end));
    at += header + length;
  }
  if (at < to && parts.length < mostFrames)
    parts.push({ depth: 0, text: `HTTP/2  the beginning of a frame, ${to - at} bytes`, from: at, to });
  return parts;
}

function flagsOf(type: number, flags: number): string {
  const found = [
    (flags & 1) !== 0 && (type === 4 || type === 6 ? 'ACK' : type < 2 ? 'END_STREAM' : ''),
    (flags & 4) !== 0 && (type === 1 || type === 5 || type === 9) && 'END_HEADERS',
    (flags & 8) !== 0 && (type < 2 || type === 5) && 'PADDED',
    (flags & 32) !== 0 && type === 1 && 'PRIORITY',
  ].filter((name) => name);
  return found.length === 0 ? '' : `, ${found.join(' ')}`;
}

function* inside(view: DataView, type: number, from: number, to: number): Generator<Part> {
  const size = to - from;
  const part = (text: string, at: number, length: number): Part => ({ depth: 1, text, from: at, to: at + length });
  if (type === 4)
    for (let at = from; at + 6 <= to; at += 6)
      yield part(`${settings[view.getUint16(at)] ?? `setting ${view.getUint16(at)}`} = ${view.getUint32(at + 2)}`, at, 6);
  else if (type === 3 && size >= 4) yield part(errorText(view.getUint32(from)), from, 4);
  else if (type === 7 && size >= 8) {
    yield part(`Last stream ${view.getUint32(from) & 0x7fffffff}`, from, 4);
    yield part(errorText(view.getUint32(from + 4)), from + 4, 4);
  } else if (type === 8 && size >= 4) yield part(`Window increment ${view.getUint32(from) & 0x7fffffff}`, from, 4);
  else if ((type === 1 || type === 5 || type === 9) && size > 0) yield part(`Header block fragment, ${size} bytes (HPACK)`, from, size);
}

const errorText = (code: number): string => `Error ${http2ErrorName(code)} (${code})`;
