/** The contract of the report: a strict schema, its records built from the lists of columns. Import it only when needed: zod is slow to start. */

import { z } from 'zod';
import { exchangeFields, type Field, fields, noteCodes } from '../analysis/fields.ts';
import {
  adviceSettings,
  clientSplits,
  confidences,
  findingCodes,
  openingClasses,
  poolKeys,
  setupClasses,
  severities,
} from '../analysis/index.ts';
import { noteMeanings } from '../note.ts';
import { reportVersion, tool } from './version.ts';

const count = z.int().min(0);
const milliseconds = z.number();
const seconds = z.union([z.number().min(0), z.literal('infinity')]).describe('Seconds, or the word infinity.');
const reasons = z.record(z.string(), count).describe('Counts by reason.');
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z$/);

/** What a column's values look like. */
function valueSchema({ type, values, meaning, name }: Field<never>): z.ZodType {
  const text = values === undefined ? z.string() : z.enum(values as [string, ...string[]]);
  const types: Record<Field['type'], z.ZodType> = {
    integer: z.int(),
    number: z.number(),
    boolean: z.boolean(),
    string: name === 'start_time' ? time : text,
    integers: z.array(z.int()),
    strings: z.array(text),
  };
  return types[type].describe(meaning);
}

/** Every member may be missing, because it is unknown or was not among the chosen columns, but those that tell records apart. */
function recordOf(list: readonly Field<never>[], identity: readonly string[], more: Record<string, z.ZodType> = {}): z.ZodObject {
  const members = list.map(
    (field) => [field.name, identity.includes(field.name) ? valueSchema(field) : valueSchema(field).optional()] as const,
  );
  return z.strictObject({ ...Object.fromEntries(members), ...more });
}

const exchange = recordOf(exchangeFields, ['connection_id', 'index']);
const connection = recordOf(fields, ['id'], {
  exchanges: z.array(exchange).optional().describe('With --exchanges: its requests, in their order.'),
});

const options = z.strictObject({
  idle_timeout_s: seconds.describe('T: how long an idle connection is assumed to be kept.'),
  pool_key: z.enum(poolKeys).describe("What connections must share to serve one another's requests."),
  split_clients: z.enum(clientSplits).optional().describe('By what clients at one address are told apart.'),
  advise_for: z.array(z.string()).optional().describe('Software that directives were asked for.'),
  timers: z.array(z.string()).optional().describe('Ids of the timers that --timers added.'),
  reader: z.string().optional(),
  decode_as: z.array(z.string()).optional().describe('What the user said is spoken on which ports.'),
  keep_duplicates: z.literal(true).optional(),
  verify_checksums: z.literal(true).optional(),
  ignore_encapsulation: z.literal(true).optional().describe('Connections are told apart by addresses and ports alone.'),
  frame_limit: count.optional().describe('Only so many frames of each capture were read.'),
  max_uncompressed_bytes: count.optional(),
  filter: z.string().optional(),
  show_secrets: z.literal(true).optional().describe('Query values and user information are shown as they were.'),
  anonymize: z.literal(true).optional().describe('Addresses and hosts have other names than in the capture.'),
});

const capture = z.strictObject({
  name: z.string().describe('File name without its folder; - for standard input.'),
  container: z.enum(['pcap', 'pcapng']),
  compression: z.string().optional(),
  bytes: count,
  frames: count,
  first_time: time.optional(),
  last_time: time.optional(),
  link_types: z.array(z.string()),
  frames_truncated: count,
  frames_dropped_by_capture: count.optional(),
  frames_duplicate: count,
  damaged_at_offset: count.optional(),
  sha256: z.string().optional(),
  sections: z
    .array(z.strictObject({ hardware: z.string().optional(), os: z.string().optional(), application: z.string().optional() }))
    .optional()
    .describe('Who wrote a pcapng, as its sections tell.'),
  sections_not_listed: count.optional(),
  interfaces: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        description: z.string().optional(),
        hardware: z.string().optional(),
        os: z.string().optional(),
        speed_bits_per_s: z.number().optional(),
        capture_filter: z.string().optional(),
        link_type: z.string(),
        snap_length: count.optional(),
        frames_received: count.optional(),
        frames_dropped: count.optional(),
      }),
    )
    .optional()
    .describe('As a pcapng describes them; what they received and dropped, as the last statistics in it tell.'),
  comments: z
    .array(
      z.strictObject({
        about: z.enum(['section', 'interface', 'frame', 'names', 'statistics', 'secrets']),
        frame: count.optional(),
        interface: count.optional(),
        text: z.string(),
      }),
    )
    .optional()
    .describe('What people wrote into the capture.'),
  comments_not_listed: count.optional(),
});

const accounting = z.strictObject({
  bytes: z.strictObject({ read: count, used: count, skipped: reasons }).describe('read = used + all skipped'),
  frames: z.strictObject({ seen: count, tcp: count, other: reasons, unusable: reasons }).describe('seen = tcp + all other + all unusable'),
  payload: z
    .strictObject({ seen: count, delivered: count, duplicate: count, conflicting: count, given_up: reasons })
    .describe('TCP payload bytes: seen = delivered + duplicate + conflicting + all given up'),
  connections: z.strictObject({ seen: count, listed: count, evicted: reasons }).describe('seen = listed + all evicted'),
});

const pool = {
  opens_actual: count,
  opens_min: count.describe('Opens of a pool that gives each request to the connection idle longest: the least possible for T.'),
  opens_lifo: count.describe('Opens of a pool that gives each request to the connection used last.'),
  avoidable: count,
  surplus: count,
  net_saving: count,
};

const curve = z
  .array(
    z.strictObject({
      idle_timeout_s: seconds,
      opens_min: count,
      opens_lifo: count,
      wasted_ms: milliseconds,
      idle_connection_seconds: z.number(),
      idle_connections_peak: count,
    }),
  )
  .describe('What other idle limits would give, and their price in idle connections.');

const openings = z.strictObject(Object.fromEntries(openingClasses.map((name) => [name, count])));
const latencies = z.strictObject(Object.fromEntries(setupClasses.map((name) => [name, count])));

const totals = z.strictObject({
  connections: count,
  established: count,
  http_connections: count,
  tls_connections: count,
  handshakes: count,
  requests: count,
  responses: count,
  reuses: count,
  reuse_ratio: z.number().min(0).max(1).optional(),
  tcp_keep_alive_probes: count,
  setup_ms: milliseconds,
  ...pool,
  wasted_ms: milliseconds,
  wasted_blocking_ms: milliseconds,
  wasted_bytes: count,
  wasted_rtts: z.number(),
  avoidable_low: count.describe(
    'If encrypted connections of unknown origin never share a pool, and what cannot be read needed its connection.',
  ),
  avoidable_high: count.describe('If they always do, and what cannot be read could have gone on another connection that was there.'),
  wasted_high_ms: milliseconds.describe('Set-up times of these at most.'),
  races: count.optional(),
  openings,
  setup_classes: latencies,
  idle_timeout_s: seconds,
  curve,
  lower_bound: z.literal(true).optional().describe('Something was lost or left out: every count is "at least".'),
});

const timer = z.strictObject({
  low_s: z.number().optional(),
  high_s: z.number().optional(),
  named: z.string().optional(),
  named_confidence: z.enum(confidences).optional().describe('observed: that side says so itself; inferred: only its time is like it.'),
  announced_s: z.number().optional(),
  several: z.literal(true).optional().describe('It closed after less than it had kept others: more than one limit is at work.'),
  closes: count.optional().describe('Idle connections that this side closed.'),
});

const origin = z.strictObject({
  id: count,
  client_address: z.string().optional(),
  server_address: z.string().optional(),
  server_host_name: z.string().optional(),
  server_port: count,
  authority: z.string().optional(),
  tls: z.boolean(),
  connections: count,
  requests: count,
  reuses: count,
  reuse_ratio: z.number().min(0).max(1).optional(),
  requests_per_connection_p50: z.number().optional(),
  requests_per_connection_p95: z.number().optional(),
  idle_gap_p50_ms: milliseconds.optional(),
  idle_gap_p95_ms: milliseconds.optional(),
  setup_p50_ms: milliseconds.optional(),
  setup_p95_ms: milliseconds.optional(),
  setup_class: z.enum(setupClasses).optional(),
  ...pool,
  wasted_ms: milliseconds,
  wasted_blocking_ms: milliseconds,
  avoidable_low: count,
  avoidable_high: count,
  openings,
  server_timer: timer.optional(),
  client_timer: timer.optional(),
  curve,
  verdict: z.enum(['reused', 'avoidable', 'needed', 'unknown']),
  main_reason: z.string().optional(),
  connection_ids: z.array(count),
});

const finding = z.strictObject({
  code: z.enum(findingCodes),
  severity: z.enum(severities),
  confidence: z.enum(confidences),
  count: count.describe('Connections concerned.'),
  connection_ids: z.array(count).describe('Their numbers; of very many the first ones.'),
  frames: z.array(count),
  origin: count.optional().describe('Id of its origin, where it concerns a single one.'),
  text: z.string(),
});

const advice = z.strictObject({
  setting: z.enum(adviceSettings),
  current: z.string().optional(),
  suggested: z.string(),
  directive: z.string().describe('A line to copy into a configuration.'),
  software: z.string().optional(),
  seen: z.boolean().describe('The software was seen in this capture; else the directive was asked for.'),
  saves_handshakes: count,
  saves_ms: milliseconds,
  costs_idle_connections_peak: count.optional(),
  evidence_gaps: count.optional(),
  origin: count.optional().describe('Id of the most wasted origin that it concerns.'),
  text: z.string(),
});

const quic = z
  .strictObject({
    server_name: z.string().optional().describe("SNI of the flows' first packets; missing where it could not be read."),
    server_address: z.string().describe('Of the first flow.'),
    server_port: count,
    flows: count,
    announced: z.boolean().describe('A response in the capture announced HTTP/3 for the name (Alt-Svc).'),
    first_frame: count,
  })
  .describe('Flows of QUIC to one name: requests in HTTP/3, which are not counted anywhere else.');

const note = z.strictObject({
  code: z
    .enum(noteCodes as unknown as [string, ...string[]])
    .describe(noteCodes.map((code) => `${code}: ${noteMeanings[code]}`).join('\n')),
  count,
  first_frame: count.optional(),
  file: count.optional().describe('Where there are several captures: index of the one that has that frame.'),
  detail: z.string().optional(),
});

const head = { schema: z.literal(reportVersion), tool: z.literal(tool), version: z.string() };

/** The whole of `-T json`. */
export const reportSchema: z.ZodType = z
  .strictObject({
    ...head,
    complete: z.boolean().describe('Every byte of every input was read and understood.'),
    options: options.describe('Everything that changes a number.'),
    captures: z.array(capture),
    accounting,
    totals,
    origins: z.array(origin),
    connections: z.array(connection),
    findings: z.array(finding),
    advice: z.array(advice),
    advice_missing: z.array(z.string()).optional().describe('What the capture lacks for advice that was looked for.'),
    quic: z.array(quic),
    notes: z.array(note),
  })
  .describe('Report of warmwire. An unknown value is a missing member, never 0.');

const record = (type: string, object: z.ZodObject): z.ZodObject => z.strictObject({ type: z.literal(type), ...object.shape });

/** One line of `-T ndjson`. */
export const recordSchema: z.ZodType = z
  .union([
    record('report', z.strictObject({ ...head, options })),
    record(
      'connection',
      recordOf(
        fields.filter((field) => field.pool !== true),
        ['id'],
      ),
    ),
    record('exchange', exchange),
    record(
      'verdict',
      recordOf(
        fields.filter((field) => field.pool === true || field.name === 'id'),
        ['id'],
      ),
    ),
    record('origin', origin),
    record('finding', finding),
    record('advice', advice),
    record('capture', capture),
    record('quic', quic),
    record('note', note),
    record('accounting', accounting),
    record('totals', totals),
    record('end', z.strictObject({ complete: z.boolean() })),
  ])
  .describe('One line of the NDJSON report of warmwire.');

/** The schema as JSON Schema (draft 2020-12), of the whole report or of one NDJSON line. */
export function jsonSchema(of: 'report' | 'ndjson' = 'report'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(of === 'report' ? reportSchema : recordSchema, { reused: 'ref' });
  return { $schema, $id: of === 'report' ? reportVersion : `${reportVersion}/ndjson`, title: reportVersion, ...rest };
}

interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** What is a number in `totals`, those of its groups with the group's name in front: `openings.churn`. */
export const totalNames = (): readonly string[] => [...numbersOf(z.toJSONSchema(totals) as SchemaNode, '')];

function* numbersOf({ properties = {} }: SchemaNode, group: string): Generator<string> {
  for (const [name, node] of Object.entries(properties)) {
    if (node.type === 'number' || node.type === 'integer') yield group + name;
    else yield* numbersOf(node, `${group}${name}.`);
  }
}
