/** What was not seen, and what was odd, in a few lines. */

import { bracketed } from '../analysis/fields.ts';
import { oneSided, sideSeen } from '../analysis/index.ts';
import { noteMeanings } from '../note.ts';
import { show } from '../show.ts';
import type { InterfaceFacts, Trace } from '../trace/index.ts';
import type { RenderOptions } from './format.ts';
import { cut } from './table.ts';
import { counted, grouped, percent } from './words.ts';

const kindsShown = 5;
const detailShown = 120;
const nameShown = 40;
const interfacesShown = 3;

export function* warnings(trace: Trace, options: RenderOptions): Generator<string> {
  if (trace.redaction?.secretsShown === true) yield 'query values and user information are shown as they were (--show-secrets)';
  if (trace.redaction?.anonymized === true)
    yield 'addresses and hosts have other names than in the capture (--anonymize); paths and headers are as they were';
  const { frameLimit } = trace.readWith;
  if (frameLimit !== undefined && trace.captures.some(({ frames }) => frames === frameLimit))
    yield `only the first ${counted(frameLimit, 'frame')}${trace.captures.length > 1 ? ' of each capture' : ''} ${frameLimit === 1 ? 'was' : 'were'} read (-c)`;
  if (options.interrupted === true) yield 'reading was interrupted: this is the report of what was read so far';
  for (const { name, interfaces, framesDropped = 0 } of trace.captures)
    if (framesDropped > 0) yield dropped(framesDropped, interfaces, trace.captures.length > 1 ? name : undefined);
  const lost = total(trace.accounting.payload.givenUp);
  const seen = trace.accounting.payload.seen;
  if (lost > 0) yield `${percent(lost / Math.max(1, seen))} of the TCP payload could not be followed (${grouped(lost)} bytes)`;
  yield* halves(trace);
  const before = openBefore(trace);
  if (before > 0) yield `${counted(before, 'connection')} began before the capture`;
  const evicted = total(trace.accounting.connections.evicted);
  if (evicted > 0) yield `${counted(evicted, 'connection')} not listed: more were open at once than the limits allow`;
  yield* vanished(trace);
  yield* cutFrames(trace);
  yield* duplicates(trace);
  yield* sealed(trace);
  const notes = trace.notes.filter(({ code }) => code !== 'cut-frames');
  for (const { code, count, firstFrame, detail, capture } of notes.slice(0, kindsShown)) {
    const times = count > 1 ? `${grouped(count)} times: ` : '';
    const where = firstFrame > 0 ? ` (${count > 1 ? 'first in ' : ''}frame ${firstFrame}${ofFile(trace, capture)})` : '';
    const exactly = detail === '' ? '' : `: ${cut(show(detail), detailShown)}`;
    yield `${times}${noteMeanings[code]}${where}${exactly}`;
  }
  const more = notes.length - kindsShown;
  if (more > 0) yield `and ${counted(more, 'other kind')} of oddity: see notes in -T json`;
}

/** One direction only: what the other side answered is not known, nor when. */
function* halves({ columns }: Trace): Generator<string> {
  for (const [side, count] of oneSided(columns).entries())
    if (count > 0)
      yield `of ${counted(count, 'connection')} only what the ${side === 0 ? 'client' : 'server'} sent is in the capture: ${count === 1 ? 'its' : 'their'} reuse cannot be judged`;
}

/** Frames that were left out. */
function* duplicates({ captures }: Trace): Generator<string> {
  const twice = captures.reduce((sum, { framesDuplicate }) => sum + framesDuplicate, 0);
  if (twice > 0)
    yield `${counted(twice, 'frame')} ${twice === 1 ? 'repeats one' : 'repeat others'} in the capture and ${twice === 1 ? 'is' : 'are'} not counted again (--keep-duplicates)`;
}

/** A snap length: what it leaves whole, and how to capture without one. */
function* cutFrames({ captures }: Trace): Generator<string> {
  const cutShort = captures.reduce((sum, { framesTruncated }) => sum + framesTruncated, 0);
  const frames = captures.reduce((sum, capture) => sum + capture.frames, 0);
  if (cutShort > 0)
    yield `${grouped(cutShort)} of ${counted(frames, 'frame')} ${cutShort === 1 ? 'was' : 'were'} captured only in part (snap length): times, handshakes, closes and byte counts are complete, the heads of messages may be cut; to capture whole frames: tcpdump -s 0, dumpcap -s 0`;
}

/** TLS without keys: what is known all the same, and how to get keys. */
function* sealed({ columns }: Trace): Generator<string> {
  let count = 0;
  for (let connection = 0; connection < columns.connections; connection += 1)
    if (!Number.isNaN(columns.sealedUntil(connection))) count += 1;
  if (count > 0)
    yield `${counted(count, 'TLS connection')} could not be decrypted: set-up times and closes are complete, requests are estimates; for keys start curl, Chrome or Firefox with SSLKEYLOGFILE=keys.log, Node with --tls-keylog=keys.log, and read with -o tls.keylog_file:keys.log`;
}

/** Frames that were lost before they were captured: what is not seen may have happened. */
function dropped(count: number, interfaces: readonly InterfaceFacts[], capture: string | undefined): string {
  const losing = interfaces.filter((each) => (each.dropped ?? 0) > 0).slice(0, interfacesShown);
  const where = losing.map(({ name = 'interface', dropped: lost = 0, received }) => {
    const of = received === undefined ? '' : ` of ${grouped(received)}`;
    return `${cut(show(name), nameShown)} ${grouped(lost)}${of}`;
  });
  const by = capture === undefined ? '' : ` of ${cut(show(capture), nameShown)}`;
  return `the capturing system dropped ${counted(count, 'frame')}${by}${where.length === 0 ? '' : ` (${where.join(', ')})`}: requests, answers and closes may be among them`;
}

/** Of several captures, which. */
const ofFile = ({ captures }: Trace, index: number): string =>
  captures.length > 1 ? ` of ${cut(show(captures[index]?.name ?? ''), nameShown)}` : '';

/** Requests that went into HTTP/3 are missing from every number: to whom, and how much. */
function* vanished({ quic }: Trace): Generator<string> {
  const [most, ...others] = quic;
  if (!most) return;
  const flows = quic.reduce((sum, name) => sum + name.flows, 0);
  const more = others.length === 0 ? '' : ` and ${counted(others.length, 'more name')}`;
  const announced = most.announced ? ', announced by Alt-Svc' : '';
  const name = show(most.serverName ?? `${bracketed(most.serverAddress)}:${most.serverPort}`);
  yield `${counted(flows, 'QUIC flow')} to ${name}${more}${announced}: requests in HTTP/3 are not in these numbers`;
}

export function openBefore({ columns }: Trace): number {
  let count = 0;
  for (let connection = 0; connection < columns.connections; connection += 1)
    if (!columns.openingSeen(connection) && sideSeen(columns, connection) === undefined) count += 1;
  return count;
}

const total = (reasons: Readonly<Record<string, number>>): number => Object.values(reasons).reduce((sum, count) => sum + count, 0);
