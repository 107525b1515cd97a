/** The door of dissect: names what is in the bytes of one packet, for people who look at them. */

export { dissect, type PacketBytes, type Part } from './dissect.ts';
export { flagNames } from './tcp.ts';
