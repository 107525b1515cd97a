/** Puts every frame of a classic capture into a tunnel, as a gateway between two sites would: `wrap.mjs vxlan|gre|gtp-u IN.pcap OUT.pcap`. */

import { readFileSync, writeFileSync } from 'node:fs';

const [kind, from, to] = process.argv.slice(2);

/** The gateways: documentation addresses (RFC 5737). */
const LEFT = [192, 0, 2, 1];
const RIGHT = [198, 51, 100, 1];
const ETHERNET = 14;

const u16 = (value) => [(value >> 8) & 255, value & 255];
const u32 = (value) => [...u16(value >>> 16), ...u16(value)];

/** Client to server goes from the left gateway to the right one, and back. */
function ipv4(protocol, payload, isFromClient, id) {
  const ends = isFromClient ? [...LEFT, ...RIGHT] : [...RIGHT, ...LEFT];
  const header = Buffer.from([0x45, 0, ...u16(20 + payload.length), ...u16(id), 0, 0, 62, protocol, 0, 0, ...ends]);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += header.readUInt16BE(i);
  header.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, 10);
  return Buffer.concat([header, payload]);
}

const udp = (source, destination, payload) =>
  Buffer.concat([Buffer.from([...u16(source), ...u16(destination), ...u16(8 + payload.length), 0, 0]), payload]);

const tunnels = {
  /** RFC 7348: the whole Ethernet frame, in network 42. */
  vxlan: (frame, ...outer) => ipv4(17, udp(49_152, 4789, Buffer.concat([Buffer.from([8, 0, 0, 0, 0, 0, 42, 0]), frame])), ...outer),
  /** RFC 2890: the IP packet, with key 7. */
  gre: (frame, ...outer) => ipv4(47, Buffer.concat([Buffer.from([0x20, 0, 8, 0, ...u32(7)]), frame.subarray(ETHERNET)]), ...outer),
  /** 3GPP TS 29.281: the IP packet of a mobile phone, in tunnel 0x1001. */
  'gtp-u': (frame, ...outer) => {
    const packet = frame.subarray(ETHERNET);
    return ipv4(17, udp(2152, 2152, Buffer.concat([Buffer.from([0x30, 0xff, ...u16(packet.length), ...u32(0x1001)]), packet])), ...outer);
  },
};

const wrap = tunnels[kind];
if (wrap === undefined) throw new Error(`no tunnel is called '${kind}'; there are: ${Object.keys(tunnels).join(', ')}`);
const input = readFileSync(from);
const parts = [input.subarray(0, 24)];
for (let at = 24, id = 1; at < input.length; id += 1) {
  const length = input.readUInt32LE(at + 8);
  const frame = input.subarray(at + 16, at + 16 + length);
  // The client is 10.77.0.1.
  const packet = wrap(frame, frame[ETHERNET + 15] === 1, id);
  const outer = Buffer.concat([frame.subarray(0, 12), Buffer.from([8, 0]), packet]);
  const record = Buffer.from(input.subarray(at, at + 16));
  record.writeUInt32LE(outer.length, 8);
  record.writeUInt32LE(outer.length, 12);
  parts.push(record, outer);
  at += 16 + length;
}
writeFileSync(to, Buffer.concat(parts));
