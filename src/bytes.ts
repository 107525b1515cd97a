/** Small facts about bytes that several rooms need. */

/** Bytes as text, one character a byte (ISO 8859-1): nothing is lost, nothing is decoded. */
export function latin1(buffer: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start).toString('latin1');
}

/** A copy of at least `size` bytes' room, for buffers that grow with what has really arrived. */
export function grown(buffer: Uint8Array, size: number): Uint8Array {
  if (buffer.length >= size) return buffer;
  const larger = new Uint8Array(Math.max(size, buffer.length * 2));
  larger.set(buffer);
  return larger;
}
