/** Writes the bytes of HTTP/2 for the bench: header blocks as ordinary clients and servers compress them, bodies in DATA frames. */

const [DATA, HEADERS, SETTINGS, WINDOW_UPDATE] = [0, 1, 4, 8];
const END_STREAM = 1;
const END_HEADERS = 4;
const ACK = 1;
/** RFC 9113 §4.2: what every peer takes. */
const LARGEST = 16_384;

const bytes = (text) => Buffer.from(text, 'latin1');

// RFC 9113 §4.1
function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A literal whose name is number `name` of the static table: `kept` puts it into the dynamic one (RFC 7541 §6.2); values below 127 bytes. */
function literal(name, value, kept) {
  const index = kept ? [0x40 | name] : name < 15 ? [name] : [15, name - 15];
  return Buffer.concat([Buffer.from([...index, value.length]), bytes(value)]);
}
const [AUTHORITY, PATH, STATUS_200, CONTENT_LENGTH, SERVER, USER_AGENT, DATE] = [1, 4, 8, 28, 54, 58, 33];
/** What was kept first stands behind the 61 of the static table (RFC 7541 §2.3.3). */
const kept = (place) => Buffer.from([0x80 | (61 + place)]);
const GET_HTTP = Buffer.from([0x82, 0x86]);

export const clientBegins = Buffer.concat([
  bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(SETTINGS, 0, 0),
  frame(WINDOW_UPDATE, 0, 0, Buffer.from([0, 255, 0, 0])),
]);
export const serverBegins = Buffer.concat([frame(SETTINGS, 0, 0, Buffer.from([0, 3, 0, 0, 0, 128])), frame(SETTINGS, ACK, 0)]);

/** The first of a connection says in full what the others point to. */
export function request(stream, path, host, agent) {
  const first = stream === 1;
  const who = first ? [literal(AUTHORITY, host, true), literal(USER_AGENT, agent, true)] : [kept(2), kept(1)];
  return frame(HEADERS, END_STREAM | END_HEADERS, stream, Buffer.concat([GET_HTTP, literal(PATH, path, false), ...who]));
}

export function response(stream, body, time) {
  const server = stream === 1 ? literal(SERVER, 'bench', true) : kept(1);
  const fields = [Buffer.from([0x80 | STATUS_200]), server, literal(CONTENT_LENGTH, String(body.length), false)];
  const date = literal(DATE, new Date(time).toUTCString(), false);
  const parts = [frame(HEADERS, END_HEADERS, stream, Buffer.concat([...fields, date]))];
  for (let from = 0; from < body.length || from === 0; from += LARGEST) {
    const last = from + LARGEST >= body.length;
    parts.push(frame(DATA, last ? END_STREAM : 0, stream, body.subarray(from, from + LARGEST)));
  }
  return Buffer.concat(parts);
}
