/** What happens between the two lifelines of a ladder: packets that tell something, runs of others put together, idle times. */

import { flagNames } from '../dissect/index.ts';
import { type Duration, millisecond, type Time } from '../time.ts';
import type { Connection, Packet, PacketList } from '../trace/index.ts';
import { bytes, count } from './format.ts';
import type { Told } from './told.ts';

export type Step =
  | {
      readonly kind: 'arrow';
      readonly by: Packet['by'];
      readonly time: Time;
      readonly text: string;
      readonly tone: 'tcp' | 'http' | 'probe' | 'close' | 'data' | 'faint';
      readonly first: number;
      readonly last: number;
      readonly sequence: number;
    }
  | {
      readonly kind: 'idle';
      readonly time: Time;
      readonly took: Duration;
      readonly waits: boolean;
      readonly line: number;
      readonly lines: number;
    };

/** Pauses below it are no gap. */
const noticeable = 10 * millisecond;

/** `raw`: one arrow per packet, with its numbers. */
export function ladderOf(connection: Connection, told: Told, { packets }: PacketList, raw: boolean): readonly Step[] {
  const steps: Step[] = [];
  let run: Packet[] = [];
  let before: Time | undefined;
  const flush = (): void => {
    if (run.length > 0) steps.push(runStep(run));
    run = [];
  };
  for (const packet of packets) {
    const gap = before === undefined ? 0 : packet.time - before;
    if (gap >= noticeable) {
      flush();
      steps.push(...idle(before!, gap, waits(connection, told, before!, packet.time)));
    }
    before = Math.max(before ?? packet.time, packet.time);
    const text = told.texts.get(packet.frame);
    const flags = packet.flags & 7;
    if (raw || text !== undefined || flags !== 0) {
      flush();
      steps.push(arrow(packet, raw ? rawText(packet, text) : (text ?? flagText(packet)), toneOf(packet, text)));
    } else if (
      run.length === 0 ||
      packet.length === 0 ||
      run.every(({ length }) => length === 0) ||
      run.find(({ length }) => length > 0)!.by === packet.by
    )
      run.push(packet);
    else {
      flush();
      run.push(packet);
    }
  }
  flush();
  return steps;
}

/** Somebody waits for an answer, rather than nobody for anything. */
function waits({ start, handshake = 0, tlsHandshake = 0 }: Connection, { busy }: Told, from: Time, to: Time): boolean {
  const middle = (from + to) / 2;
  return middle < start + handshake + tlsHandshake || busy.at(middle);
}

/** One to four lines, by the order of magnitude. */
function idle(time: Time, took: Duration, waiting: boolean): Step[] {
  const lines = Math.max(1, Math.min(4, Math.ceil(Math.log10(took / noticeable))));
  return Array.from({ length: lines }, (_, line) => ({ kind: 'idle', time, took, waits: waiting, line, lines }));
}

type Tone = Extract<Step, { kind: 'arrow' }>['tone'];

const arrow = ({ by, time, frame, sequence }: Packet, text: string, tone: Tone, last = frame): Step => ({
  kind: 'arrow',
  by,
  time,
  text,
  tone,
  first: frame,
  last,
  sequence,
});

/** Data of one side, with the acknowledgments in between. */
function runStep(run: readonly Packet[]): Step {
  const data = run.filter(({ length }) => length > 0);
  const total = data.reduce((sum, { length }) => sum + length, 0);
  const first = data[0] ?? run[0]!;
  const text =
    data.length === 0
      ? run.length === 1
        ? 'ACK'
        : `${count(run.length)} ACKs`
      : data.length === 1
        ? `data ${bytes(total)}`
        : `data ${bytes(total)} in ${count(data.length)} segments`;
  return {
    ...(arrow(first, text, data.length === 0 ? 'faint' : 'data', run.at(-1)!.frame) as Extract<Step, { kind: 'arrow' }>),
    first: run[0]!.frame,
  };
}

function toneOf({ flags }: Packet, text: string | undefined): Tone {
  if (flags & 5) return 'close';
  if (flags & 2) return 'tcp';
  if (text?.startsWith('TCP keep-alive')) return 'probe';
  return text === undefined ? 'data' : 'http';
}

const flagText = ({ flags, length }: Packet): string => flagNames(flags & ~8) + (length > 0 ? `, data ${bytes(length)}` : '');

function rawText(packet: Packet, text: string | undefined): string {
  const { flags, sequence, acknowledgment, length, window, duplicate } = packet;
  const ack = flags & 16 ? ` ack=${acknowledgment}` : '';
  return `${text === undefined ? '' : `${text}  `}[${flagNames(flags)}] seq=${sequence}${ack} win=${window} len=${length}${duplicate ? ' (captured twice)' : ''}`;
}
