/** The door of trace: wires the rooms together and keeps the record of what was seen. */

export { type Comment, type InterfaceFacts, linkTypeName, type SectionFacts, writerOf } from '../capture/index.ts';
export type { Exchange, GoAway, Http2Ping, Http2Summary, HttpVersion, Persistence, PersistenceRule } from '../http/index.ts';
export { httpVersions, persistenceRules } from '../http/index.ts';
export { earlyDataKinds, type TlsSummary } from '../tls/index.ts';
export * from './connection.ts';
export { isCrossed } from './crossing.ts';
export { DecodeAs, DecodeAsError } from './decode-as.ts';
export { Departures } from './departures.ts';
export type { ExchangeViews } from './exchange-views.ts';
export { follow, type Said } from './follow.ts';
export { Inspector, type InspectorOptions } from './inspector.ts';
export { Intake, type IntakeOptions, type Unread } from './intake.ts';
export { tlsBeginnings } from './later-tls.ts';
export type { Packet, PacketList } from './packet-list.ts';
export { PacketSearch } from './packet-search.ts';
export { PacketSelection } from './packet-selection.ts';
export type { RedactionFacts, RedactionOptions } from './redaction.ts';
export * from './trace.ts';
export type { Vanished } from './vanished.ts';
