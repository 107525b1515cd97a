/** Link types: their numbers (tcpdump.org/linktypes.html) and names. */

export const linkTypes = {
  NULL: 0,
  ETHERNET: 1,
  TOKEN_RING: 6,
  PPP: 9,
  FDDI: 10,
  RAW_12: 12,
  RAW_14: 14,
  PPP_HDLC: 50,
  PPP_ETHER: 51,
  RAW: 101,
  C_HDLC: 104,
  IEEE802_11: 105,
  LOOP: 108,
  LINUX_SLL: 113,
  PFLOG: 117,
  PRISM: 119,
  RADIOTAP: 127,
  AVS: 163,
  JUNIPER_ETHER: 178,
  PPI: 192,
  PPP_WITH_DIR: 204,
  IPV4: 228,
  IPV6: 229,
  NFLOG: 239,
  LINUX_SLL2: 276,
} as const;

const names = new Map<number, string>(Object.entries(linkTypes).map(([name, number]) => [number, name]));

/** `ETHERNET`, or the number as text where it has no name here. */
export const linkTypeName = (type: number): string => names.get(type)?.replace(/_1[24]$/, '') ?? `LINKTYPE_${type}`;
