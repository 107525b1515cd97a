/** Asks tshark, where it is installed, for its analysis of a capture's TCP streams. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TcpAnalysis } from '../../src/trace/index.ts';

export const hasTshark: boolean = (spawnSync('tshark', ['-v'], { encoding: 'utf8' }).stdout ?? '').startsWith('TShark (Wireshark) 4.0.');
/** Ends a test's title. */
export const unlessTshark: string = hasTshark ? '' : ' (skipped: tshark 4.0 is not installed)';

const flags: Readonly<Record<keyof TcpAnalysis, string>> = {
  keepAlive: 'keep_alive',
  keepAliveAck: 'keep_alive_ack',
  retransmission: 'retransmission',
  fastRetransmission: 'fast_retransmission',
  spuriousRetransmission: 'spurious_retransmission',
  outOfOrder: 'out_of_order',
  lostSegment: 'lost_segment',
  ackLostSegment: 'ack_lost_segment',
  duplicateAck: 'duplicate_ack',
  zeroWindow: 'zero_window',
  zeroWindowProbe: 'zero_window_probe',
  zeroWindowProbeAck: 'zero_window_probe_ack',
  windowUpdate: 'window_update',
  windowFull: 'window_full',
  reusedPorts: 'reused_ports',
};
export const flagNames: readonly (keyof TcpAnalysis)[] = Object.keys(flags) as (keyof TcpAnalysis)[];

export interface TsharkStream {
  readonly firstFrame: number;
  readonly flags: Record<keyof TcpAnalysis, number>;
  /** In microseconds, where it is first shown. */
  initialRtt: number | undefined;
  /** Of the last frame. */
  completeness: number;
}

/** All streams, by number. */
export function tsharkStreams(capture: Uint8Array): TsharkStream[] {
  const folder = mkdtempSync(join(tmpdir(), 'warmwire-tshark-'));
  try {
    const path = join(folder, 'capture.pcap');
    writeFileSync(path, capture);
    const names = ['stream', 'completeness', 'analysis.initial_rtt', ...flagNames.map((name) => `analysis.${flags[name]}`)];
    const fields = ['frame.number', ...names.map((name) => `tcp.${name}`)].flatMap((name) => ['-e', name]);
    const { stdout } = spawnSync('tshark', ['-2', '-n', '-r', path, '-T', 'fields', '-E', 'occurrence=l', ...fields], {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    const streams: TsharkStream[] = [];
    for (const line of stdout.split('\n')) {
      const [frame, stream, completeness, initialRtt, ...values] = line.split('\t');
      if (!stream) continue;
      streams[Number(stream)] ??= {
        firstFrame: Number(frame),
        flags: Object.fromEntries(flagNames.map((name) => [name, 0])) as Record<keyof TcpAnalysis, number>,
        initialRtt: undefined,
        completeness: 0,
      };
      const found = streams[Number(stream)]!;
      found.completeness = Number(completeness);
      if (initialRtt) found.initialRtt ??= Math.round(Number(initialRtt) * 1e6);
      flagNames.forEach((name, i) => {
        if (values[i]) found.flags[name] += 1;
      });
    }
    return streams;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
