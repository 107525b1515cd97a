/** EtherTypes, the names of what may come next: all layers speak of one another by them. */

export const IPV4 = 0x0800;
export const IPV6 = 0x86dd;
export const VLAN = 0x8100;
export const SERVICE_VLAN = 0x88a8;
export const MPLS = 0x8847;
export const MPLS_UPSTREAM = 0x8848;
/** 802.1ah: a customer's frame inside a provider's. */
export const BACKBONE = 0x88e7;
export const PPPOE_DISCOVERY = 0x8863;
export const PPPOE_SESSION = 0x8864;
/** In GRE: a PPP frame, a bridged Ethernet frame, a mirrored one. */
export const PPP = 0x880b;
export const ETHERNET = 0x6558;
export const ERSPAN = 0x88be;
export const ERSPAN_3 = 0x22eb;
/** Not assigned: an LLC frame, behind the length that 802.3 has in the type's place. */
export const LLC = 0x05ff;
/** Likewise: several packets of 802.11 in one frame (A-MSDU). */
export const AGGREGATE = 0x05fe;

export const isVlan = (type: number): boolean => type === VLAN || type === SERVICE_VLAN || type === 0x9100 || type === 0x9200;

const names = new Map<number, string>([
  [0x0806, 'arp'],
  [0x8035, 'rarp'],
  [PPPOE_DISCOVERY, 'pppoe'],
  [0x88cc, 'lldp'],
  [0x888e, 'eapol'],
  [0x9000, 'loop'],
  [0x88e5, 'macsec'],
  [0x8137, 'ipx'],
]);

/** Of a frame that holds nothing for us. */
export const etherTypeName = (type: number): string => names.get(type) ?? 'ethertype-other';

const protocols = new Map<number, string>([
  [1, 'icmp'],
  [2, 'igmp'],
  [17, 'udp'],
  [47, 'gre'],
  [50, 'esp'],
  [58, 'icmpv6'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [132, 'sctp'],
]);

export const ipProtocolName = (protocol: number): string => protocols.get(protocol) ?? 'ip-other';
