/** The door of quic: finds out for whom UDP flows of QUIC are meant, so that requests which left TCP are explained. */

export { QuicFlows, type QuicName } from './flows.ts';
