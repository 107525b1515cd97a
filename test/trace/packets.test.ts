/** Packets that are found again in a capture: all of each connection, each once; written as pcapng they are the same connection; followed, what was said. */

import { describe, expect, test } from 'vitest';
import { PcapngWriter } from '../../src/capture/index.ts';
import { follow, Inspector, PacketSearch, PacketSelection, type Trace } from '../../src/trace/index.ts';
import { samples } from '../support/samples.ts';

function traceOf(name: string, bytes: Uint8Array): Trace {
  const inspector = new Inspector({ name });
  inspector.push(bytes);
  inspector.end();
  return inspector.trace();
}

describe.each(samples)('$name', ({ name, bytes }) => {
  const trace = traceOf(name, bytes);

  test('every packet of every connection, none of another', () => {
    const frames: number[] = [];
    for (let id = 0; id < trace.size; id += 1) {
      const connection = trace.connection(id);
      const search = new PacketSearch(connection, { linkTag: trace.columns.linkTag(id) });
      for (let at = 0; at < bytes.length; at += 1000) search.push(bytes.subarray(at, at + 1000));
      search.end();
      const { packets } = search.list();
      expect(packets.filter(({ by }) => by === 'client')).toHaveLength(connection.framesClient);
      expect(packets.filter(({ by }) => by === 'server')).toHaveLength(connection.framesServer);
      expect(packets.reduce((sum, { by, length }) => sum + (by === 'client' ? length : 0), 0)).toBe(connection.bytesClient);
      frames.push(...packets.map(({ frame }) => frame));
    }
    expect(new Set(frames).size).toBe(frames.length);
    expect(frames).toHaveLength(trace.accounting.frames.tcp);
  });

  test('a connection written as pcapng is read as the same connection', () => {
    const wanted = trace.connection(trace.size - 1);
    const writer = new PcapngWriter();
    const selection = new PacketSelection([wanted], writer);
    const pieces = [writer.header()];
    selection.push(bytes);
    selection.end();
    pieces.push(...selection.take());
    const again = traceOf('again', Buffer.concat(pieces));
    expect(again.size).toBe(1);
    expect(again.complete).toBe(true);
    const { client, server, handshake, requests, reuses, framesClient, framesServer, bytesServer, history } = wanted;
    expect(again.connection(0)).toMatchObject({
      client,
      server,
      handshake,
      requests,
      reuses,
      framesClient,
      framesServer,
      bytesServer,
      history,
    });
    expect(again.epoch).toBe(trace.epoch + BigInt(Math.round(wanted.start)));
  });
});

test('what was said begins with the request line, and its secrets are covered', () => {
  const { bytes } = samples.find(({ name }) => name === 'nginx-idle-too-short.pcap')!;
  const search = new PacketSearch(traceOf('a', bytes).connection(1));
  search.push(bytes);
  search.end();
  const list = search.list();
  const text = (covered: boolean): string[] =>
    follow(list, covered).map((said) => `${said.by}: ${Buffer.from(said.bytes).toString('latin1')}`);
  expect(text(true)[0]).toMatch(/^client: GET \/cart HTTP\/1\.1\r\n/);
  expect(text(true)).toEqual(text(false));
});
