/** Records of TLS (RFC 8446 section 5.1) and the handshake messages that are not encrypted. */

import type { Part } from './dissect.ts';

const contents: Readonly<Record<number, string>> = {
  20: 'Change Cipher Spec',
  21: 'Alert',
  22: 'Handshake',
  23: 'Application Data',
  24: 'Heartbeat',
};
const versions: Readonly<Record<number, string>> = {
  0x300: 'SSL 3.0',
  0x301: 'TLS 1.0',
  0x302: 'TLS 1.1',
  0x303: 'TLS 1.2',
  0x304: 'TLS 1.3',
};
const messages: Readonly<Record<number, string>> = {
  0: 'HelloRequest',
  1: 'ClientHello',
  2: 'ServerHello',
  4: 'NewSessionTicket',
  8: 'EncryptedExtensions',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  13: 'CertificateRequest',
  14: 'ServerHelloDone',
  15: 'CertificateVerify',
  16: 'ClientKeyExchange',
  20: 'Finished',
};
const recordHeader = 5;
const mostRecords = 60;

export const looksLikeTls = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from >= recordHeader && contents[bytes[from]!] !== undefined && bytes[from + 1] === 3 && bytes[from + 2]! <= 4;

export function tls(bytes: Uint8Array, from: number, to: number): readonly Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Part[] = [];
  for (let at = from; at < to && parts.length < mostRecords; ) {
    if (!looksLikeTls(bytes, at, to)) {
      parts.push({ depth: 0, text: `TLS  the rest or the beginning of a record, ${to - at} bytes`, from: at, to });
      break;
    }
    const type = view.getUint8(at);
    const length = view.getUint16(at + 3);
    const end = Math.min(to, at + recordHeader + length);
    const version = versions[view.getUint16(at + 1)] ?? `version 0x${view.getUint16(at + 1).toString(16)}`;
    parts.push({ depth: 0, text: `TLS  ${contents[type]}, ${version}, ${length} bytes`, from: at, to: end });
    if (type === 22) parts.push(...handshake(bytes, view, at + recordHeader, end));
    else if (type === 21 && end - at === recordHeader + 2)
      parts.push({
        depth: 1,
        text: `Level ${view.getUint8(at + 5) === 2 ? 'fatal' : 'warning'}, description ${view.getUint8(at + 6)}`,
        from: at + 5,
        to: end,
      });
    at += recordHeader + length;
  }
  return parts;
}

function* handshake(bytes: Uint8Array, view: DataView, from: number, to: number): Generator<Part> {
  for (let at = from; at + 4 <= to; ) {
    const name = messages[view.getUint8(at)];
    const length = (view.getUint8(at + 1) << 16) | view.getUint16(at + 2);
    if (name === undefined || length > 1 << 20) {
      yield { depth: 1, text: 'Encrypted handshake message', from: at, to };
      return;
    }
    const end = Math.min(to, at + 4 + length);
    yield { depth: 1, text: `${name}, ${length} bytes`, from: at, to: end };
    if (name === 'ClientHello') yield* clientHello(bytes, view, at + 4, end);
    at += 4 + length;
  }
}

/** The name that is asked for and the protocols that are offered. */
function* clientHello(bytes: Uint8Array, view: DataView, from: number, to: number): Generator<Part> {
  let at = from + 34;
  if (at >= to) return;
  at += 1 + view.getUint8(at);
  if (at + 2 > to) return;
  const suites = view.getUint16(at);
  yield { depth: 2, text: `${suites / 2} cipher suites`, from: at, to: Math.min(to, at + 2 + suites) };
  at += 2 + suites;
  if (at >= to) return;
  at += 1 + view.getUint8(at) + 2;
  for (; at + 4 <= to; at += 4 + view.getUint16(at + 2)) {
    const type = view.getUint16(at);
    const size = view.getUint16(at + 2);
    const end = at + 4 + size;
    if (end > to) return;
    if (type === 0 && size > 5) yield { depth: 2, text: `Server name ${ascii(bytes, at + 9, end)}`, from: at, to: end };
    else if (type === 16 && size > 2) yield { depth: 2, text: `ALPN ${protocols(bytes, at + 6, end)}`, from: at, to: end };
    else if (type === 43) yield { depth: 2, text: 'Supported versions', from: at, to: end };
    else if (type === 41) yield { depth: 2, text: 'Pre-shared key: a session is to be resumed', from: at, to: end };
    else if (type === 42) yield { depth: 2, text: 'Early data', from: at, to: end };
  }
}

function protocols(bytes: Uint8Array, from: number, to: number): string {
  const found: string[] = [];
  for (let at = from; at < to; at += 1 + bytes[at]!) found.push(ascii(bytes, at + 1, Math.min(to, at + 1 + bytes[at]!)));
  return found.join(', ');
}

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
