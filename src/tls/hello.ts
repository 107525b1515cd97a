/** The ClientHello (RFC 8446 §4.1.2): what a client says before anything is secret. */

export interface ClientHello {
  readonly serverName: string | undefined;
}

const SERVER_NAME = 0;

/** The message's body, without its 4-byte header; what is cut or lies about its lengths gives an empty answer. */
export function readClientHello(body: Uint8Array): ClientHello {
  const u8 = (at: number): number => body[at] ?? Number.NaN;
  const u16 = (at: number): number => (u8(at) << 8) | u8(at + 1);
  // version (2), random (32), session id, cipher suites, compression methods, extensions
  let p = 34;
  p += 1 + u8(p);
  p += 2 + u16(p);
  p += 1 + u8(p);
  const end = Math.min(body.length, p + 2 + u16(p));
  for (p += 2; p + 4 <= end; ) {
    const type = u16(p);
    const length = u16(p + 2);
    if (type === SERVER_NAME) return { serverName: hostName(body.subarray(p + 4, Math.min(end, p + 4 + length))) };
    p += 4 + length;
  }
  return { serverName: undefined };
}

// 00 0e  00  00 0b  65 78 61 …       list length, name type 0 (host_name), name length, name (RFC 6066 §3)
function hostName(list: Uint8Array): string | undefined {
  if (list.length < 5 || list[2] !== 0) return undefined;
  const length = (list[3]! << 8) | list[4]!;
  if (length === 0 || 5 + length > list.length) return undefined;
  return Buffer.from(list.subarray(5, 5 + length)).toString('latin1');
}
