/** The two hellos (RFC 8446 §4.1): what both sides say before anything is secret. */

import { Cursor } from './cursor.ts';

// Extensions (IANA "TLS ExtensionType Values").
const SERVER_NAME = 0;
const SIGNATURE_ALGORITHMS = 13;
const APPLICATION_PROTOCOLS = 16;
const ENCRYPT_THEN_MAC = 22;
const SESSION_TICKET = 35;
const PRE_SHARED_KEY = 41;
const EARLY_DATA = 42;
const SUPPORTED_VERSIONS = 43;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

export interface ClientHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly ciphers: readonly number[];
  /** Types, in their order. */
  readonly extensions: readonly number[];
  readonly versions: readonly number[];
  readonly signatures: readonly number[];
  readonly serverName: string | undefined;
  readonly protocols: readonly string[];
  readonly hasTicket: boolean;
  readonly hasPreSharedKey: boolean;
  readonly hasEarlyData: boolean;
  /** Number of the configuration that an Encrypted ClientHello was made with (draft-ietf-tls-esni §5). */
  readonly encryptedHello: number | undefined;
  /** Its inner lengths lie. */
  readonly isDamaged: boolean;
}

export interface ServerHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipher: number;
  readonly protocol: string | undefined;
  readonly hasPreSharedKey: boolean;
  readonly encryptThenMac: boolean;
  /** A HelloRetryRequest (RFC 8446 §4.1.4). */
  readonly isRetry: boolean;
  readonly isDamaged: boolean;
}

// 03 03  random (32)  session id  cipher suites  compression methods  extensions
export function readClientHello(bytes: Uint8Array, start: number, end: number): ClientHello {
  const body = new Cursor(bytes, start, end);
  const version = body.u16();
  const random = body.take(32).copy();
  const sessionId = body.vector(1).copy();
  const ciphers = body.vector(2).list();
  body.vector(1);
  const extensions: number[] = [];
  let versions: readonly number[] = [];
  let signatures: readonly number[] = [];
  let serverName: string | undefined;
  let protocols: readonly string[] = [];
  let hasTicket = false;
  let encryptedHello: number | undefined;
  const isDamaged = eachExtension(body, (type, data) => {
    extensions.push(type);
    if (type === SERVER_NAME) serverName = hostName(data);
    else if (type === APPLICATION_PROTOCOLS) protocols = names(data.vector(2));
    else if (type === SUPPORTED_VERSIONS) versions = data.vector(1).list();
    else if (type === SIGNATURE_ALGORITHMS) signatures = data.vector(2).list();
    else if (type === SESSION_TICKET) hasTicket = data.length > 0;
    else if (type === ENCRYPTED_CLIENT_HELLO) encryptedHello = configuration(data);
  });
  return {
    version,
    random,
    sessionId,
    ciphers,
    extensions,
    versions,
    signatures,
    serverName,
    protocols,
    hasTicket,
    hasPreSharedKey: extensions.includes(PRE_SHARED_KEY),
    hasEarlyData: extensions.includes(EARLY_DATA),
    encryptedHello,
    isDamaged,
  };
}

// 00 15  00 00  00 10  …                      lengths of ciphers (three bytes each), session id, challenge; then these (RFC 5246 §E.2)
export function readSsl2Hello(bytes: Uint8Array, start: number, end: number): ClientHello {
  const body = new Cursor(bytes, start, end);
  const lengths = [body.u16(), body.u16(), body.u16()];
  const ciphers = body.take(lengths[0]!).copy();
  const sessionId = body.take(lengths[1]!).copy();
  const challenge = body.take(lengths[2]!).copy().slice(-32);
  const random = new Uint8Array(32);
  random.set(challenge, 32 - challenge.length);
  const numbers: number[] = [];
  for (let i = 0; i + 2 < ciphers.length; i += 3) if (ciphers[i] === 0) numbers.push((ciphers[i + 1]! << 8) | ciphers[i + 2]!);
  return { ...nothing, random, sessionId, ciphers: numbers, isDamaged: body.isShort };
}

const nothing: ClientHello = {
  version: 0x0300,
  random: new Uint8Array(32),
  sessionId: new Uint8Array(0),
  ciphers: [],
  extensions: [],
  versions: [],
  signatures: [],
  serverName: undefined,
  protocols: [],
  hasTicket: false,
  hasPreSharedKey: false,
  hasEarlyData: false,
  encryptedHello: undefined,
  isDamaged: false,
};

// 03 03  random (32)  session id  cipher suite (2)  compression method (1)  extensions
export function readServerHello(bytes: Uint8Array, start: number, end: number): ServerHello {
  const body = new Cursor(bytes, start, end);
  let version = body.u16();
  const random = body.take(32).copy();
  const sessionId = body.vector(1).copy();
  const cipher = body.u16();
  body.skip(1);
  let protocol: string | undefined;
  let hasPreSharedKey = false;
  let encryptThenMac = false;
  const isDamaged = eachExtension(body, (type, data) => {
    if (type === SUPPORTED_VERSIONS) version = data.u16();
    else if (type === APPLICATION_PROTOCOLS) protocol = names(data.vector(2))[0];
    else if (type === PRE_SHARED_KEY) hasPreSharedKey = true;
    else if (type === ENCRYPT_THEN_MAC) encryptThenMac = true;
  });
  const isRetry = random.every((byte, i) => byte === retryRandom[i]);
  return { version, random, sessionId, cipher, protocol, hasPreSharedKey, encryptThenMac, isRetry, isDamaged };
}

/** What EncryptedExtensions say (RFC 8446 §4.3.1): the protocol chosen, and whether early data was taken. */
export function readEncryptedExtensions(
  bytes: Uint8Array,
  start: number,
  end: number,
): { protocol: string | undefined; hasEarlyData: boolean } {
  let protocol: string | undefined;
  let hasEarlyData = false;
  eachExtension(new Cursor(bytes, start, end), (type, data) => {
    if (type === APPLICATION_PROTOCOLS) protocol = names(data.vector(2))[0];
    else if (type === EARLY_DATA) hasEarlyData = true;
  });
  return { protocol, hasEarlyData };
}

// 00 2a  00 10  00 0e  …                      length of all, then type, length, data of each; true where a length lies
function eachExtension(body: Cursor, take: (type: number, data: Cursor) => void): boolean {
  if (body.isDone) return body.isShort;
  const all = body.vector(2);
  let isDamaged = body.isShort;
  while (!all.isDone) {
    const type = all.u16();
    const data = all.vector(2);
    if (all.isShort) return true;
    take(type, data);
    isDamaged ||= data.isShort;
  }
  return isDamaged;
}

// 00 0e  00  00 0b  61 2e …                   length of the list, kind 0 (host_name), length, name (RFC 6066 §3)
function hostName(data: Cursor): string | undefined {
  const list = data.vector(2);
  if (list.u8() !== 0) return undefined;
  const name = list.vector(2);
  if (list.isShort || data.isShort) {
    data.isShort = true;
    return undefined;
  }
  return name.length > 0 ? name.text() : undefined;
}

// 02 68 32  08 68 74 …                        length and name of each (RFC 7301 §3.1)
function names(list: Cursor): string[] {
  const all: string[] = [];
  while (!list.isDone) all.push(list.vector(1).text());
  return all;
}

// 00  00 01  00 01  2a  …                     outer hello, KDF, AEAD, number of the configuration, …
function configuration(data: Cursor): number | undefined {
  const isOuter = data.u8() === 0;
  data.skip(4);
  const id = data.u8();
  return isOuter && !data.isShort ? id : undefined;
}

const retryRandom = Uint8Array.from(Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex'));
