/** Writes deterministic captures for the bench: ordinary HTTP/1.1, many short connections, or HTTP/2 with many streams at once. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { clientBegins, request, response, serverBegins } from './http2.mjs';

const BLOCK = 8 << 20;
const ETHERNET = 14;
const HEADERS = ETHERNET + 20 + 20;
const RECORD = 16;
const [FIN, SYN, PSH, ACK] = [1, 2, 8, 16];

/** xorshift32: the same numbers every time. */
function numbers(seed) {
  let x = seed;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

class Writer {
  bytes = 0;
  frames = 0;
  #descriptor;
  #block = Buffer.alloc(BLOCK);
  #used = 0;

  constructor(path) {
    this.#descriptor = openSync(path, 'w');
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0xa1b2c3d4, 0);
    head.writeUInt16LE(2, 4);
    head.writeUInt16LE(4, 6);
    head.writeUInt32LE(262_144, 16);
    head.writeUInt32LE(1, 20);
    writeSync(this.#descriptor, head);
    this.bytes = head.length;
  }

  /** One TCP segment; `microseconds` since the capture's begin. */
  segment(microseconds, fromClient, connection, sequence, acknowledgment, flags, payload) {
    const size = RECORD + HEADERS + payload.length;
    if (this.#used + size > BLOCK) this.#flush();
    const b = this.#block;
    let p = this.#used;
    b.writeUInt32LE(1_700_000_000 + Math.floor(microseconds / 1e6), p);
    b.writeUInt32LE(microseconds % 1e6, p + 4);
    b.writeUInt32LE(size - RECORD, p + 8);
    b.writeUInt32LE(size - RECORD, p + 12);
    p += RECORD;
    b.fill(0, p, p + HEADERS);
    b[p] = 2;
    b[p + 5] = fromClient ? 2 : 1;
    b[p + 6] = 2;
    b[p + 11] = fromClient ? 1 : 2;
    b.writeUInt16BE(0x0800, p + 12);
    p += ETHERNET;
    b[p] = 0x45;
    b.writeUInt16BE(40 + payload.length, p + 2);
    b[p + 8] = 64;
    b[p + 9] = 6;
    // Each client address has 40,000 ports, so that no flow comes twice.
    const client = 0x0a000001 + Math.floor(connection / 40_000);
    const port = 20_000 + (connection % 40_000);
    const server = 0x0a640001 + (connection % 50);
    b.writeUInt32BE(fromClient ? client : server, p + 12);
    b.writeUInt32BE(fromClient ? server : client, p + 16);
    p += 20;
    b.writeUInt16BE(fromClient ? port : 80, p);
    b.writeUInt16BE(fromClient ? 80 : port, p + 2);
    b.writeUInt32BE(sequence >>> 0, p + 4);
    b.writeUInt32BE(acknowledgment >>> 0, p + 8);
    b[p + 12] = 0x50;
    b[p + 13] = flags;
    b.writeUInt16BE(64_240, p + 14);
    payload.copy(b, p + 20);
    this.#used += size;
    this.bytes += size;
    this.frames += 1;
  }

  close() {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush() {
    writeSync(this.#descriptor, this.#block, 0, this.#used);
    this.#used = 0;
  }
}

const NOTHING = Buffer.alloc(0);
const FILLING = Buffer.alloc(1460, 'x');
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

/** One connection as a generator: each step writes one segment and yields the time until the next. */
function* connection(writer, id, random, { requests, body, origins = 50 }) {
  let time = yield;
  const next = [random(0xffffffff), random(0xffffffff)];
  const send = (side, flags, payload = NOTHING) => {
    writer.segment(time, side === 0, id, next[side], next[1 - side], flags, payload);
    next[side] = (next[side] + payload.length + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0)) >>> 0;
  };
  send(0, SYN);
  time = yield 2000 + random(20_000);
  send(1, SYN | ACK);
  time = yield 50;
  send(0, ACK);
  const count = requests(random);
  for (let i = 0; i < count; i += 1) {
    time = yield i === 0 ? 100 : 1000 + random(3_000_000);
    send(
      0,
      PSH | ACK,
      Buffer.from(
        `GET /asset/${random(100_000)}?v=${i} HTTP/1.1\r\nHost: www${id % origins}.example\r\nUser-Agent: ${agent}\r\nAccept: */*\r\n\r\n`,
      ),
    );
    time = yield 1000 + random(50_000);
    const length = body(random);
    const close = i === count - 1 && random(4) === 0 ? 'close' : 'keep-alive';
    send(
      1,
      PSH | ACK,
      Buffer.from(
        `HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: ${close}\r\n\r\n`,
      ),
    );
    for (let left = length; left > 0; left -= FILLING.length) {
      time = yield 30;
      send(1, ACK, FILLING.subarray(0, Math.min(left, FILLING.length)));
      if (random(2) === 0) {
        time = yield 10;
        send(0, ACK);
      }
    }
    time = yield 20;
    send(0, ACK);
  }
  time = yield 5000 + random(2_000_000);
  send(1, FIN | ACK);
  time = yield 100;
  send(0, FIN | ACK);
  time = yield 100;
  send(1, ACK);
}

/** The same with HTTP/2: as many streams, in batches that are open at the same time. */
function* multiplexed(writer, id, random, { requests, body }) {
  let time = yield;
  const next = [random(0xffffffff), random(0xffffffff)];
  const send = (side, flags, payload = NOTHING) => {
    writer.segment(time, side === 0, id, next[side], next[1 - side], flags, payload);
    next[side] = (next[side] + payload.length + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0)) >>> 0;
  };
  send(0, SYN);
  time = yield 20_000;
  send(1, SYN | ACK);
  time = yield 50;
  send(0, ACK);
  time = yield 100;
  send(0, PSH | ACK, clientBegins);
  time = yield 20_000;
  send(1, PSH | ACK, serverBegins);
  const count = requests(random);
  for (let done = 0; done < count; ) {
    const batch = Math.min(1 + random(20), count - done);
    const streams = Array.from({ length: batch }, (_, i) => 2 * (done + i) + 1);
    time = yield 1000 + random(300_000);
    const asked = streams.map((stream) => request(stream, `/asset/${random(100_000)}?v=${stream}`, `www${id % 50}.example`, agent));
    send(0, PSH | ACK, Buffer.concat(asked));
    time = yield 20_000;
    const answers = Buffer.concat(streams.map((stream) => response(stream, Buffer.alloc(body(random), 'x'), 1.7e12 + time / 1000)));
    for (let from = 0; from < answers.length; from += FILLING.length) {
      time = yield 30;
      send(1, ACK, answers.subarray(from, from + FILLING.length));
      if (random(2) === 0) {
        time = yield 10;
        send(0, ACK);
      }
    }
    done += batch;
  }
  time = yield 5000 + random(2_000_000);
  send(0, FIN | ACK);
  time = yield 100;
  send(1, FIN | ACK);
  time = yield 100;
  send(0, ACK);
}

const kinds = {
  /** Connections of 1 to 20 requests, bodies up to 40 KB: about one connection per 130 KB. */
  ordinary: { requests: (random) => 1 + random(20), body: (random) => (random(4) === 0 ? random(40_000) : random(4000)), open: 400 },
  /** One small request each. */
  short: { requests: () => 1, body: (random) => random(200), open: 2000 },
  /** Ten small requests each; to few origins, and to as many as there are connections, nearly. */
  kept: { requests: () => 10, body: (random) => random(200), open: 2000 },
  scattered: { requests: () => 10, body: (random) => random(200), open: 2000, origins: 50_000 },
  /** A thousand streams on each connection. */
  http2: { requests: () => 1000, body: (random) => (random(10) === 0 ? random(40_000) : random(2000)), open: 20, story: multiplexed },
};

/**
 * Writes a capture of `kind` to `path` until it has `bytes` bytes or `connections` connections; many are open at once.
 * @returns {{ bytes: number, frames: number, connections: number }}
 */
export function generate(path, kind, { bytes = Number.POSITIVE_INFINITY, connections = Number.POSITIVE_INFINITY }) {
  const settings = kinds[kind];
  const random = numbers(20_260_101);
  const writer = new Writer(path);
  // Open connections in a heap by the time of their next segment.
  const heap = [];
  let opened = 0;
  let clock = 0;
  const open = () => {
    const steps = (settings.story ?? connection)(writer, opened, random, settings);
    steps.next();
    opened += 1;
    push(heap, { at: clock + random(kind === 'short' ? 2000 : 100_000), steps });
  };
  while (opened < settings.open && opened < connections) open();
  while (heap.length > 0) {
    const next = pop(heap);
    clock = next.at;
    const { value, done } = next.steps.next(clock);
    if (!done) push(heap, { at: clock + value, steps: next.steps });
    else if (opened < connections && writer.bytes < bytes) open();
  }
  writer.close();
  return { bytes: writer.bytes, frames: writer.frames, connections: opened };
}

function push(heap, item) {
  let i = heap.length;
  heap.push(item);
  for (; i > 0; ) {
    const parent = (i - 1) >> 1;
    if (heap[parent].at <= item.at) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = item;
}

function pop(heap) {
  const top = heap[0];
  const item = heap.pop();
  if (heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1].at < heap[child].at) child += 1;
    if (heap[child].at >= item.at) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = item;
  return top;
}
