/** Types of pcapng blocks (draft-ietf-opsawg-pcapng, section 4). */

export const SECTION = 0x0a0d0d0a;
export const INTERFACE = 1;
export const PACKET = 2;
export const SIMPLE_PACKET = 3;
export const NAMES = 4;
export const STATISTICS = 5;
export const ENHANCED_PACKET = 6;
export const SECRETS = 10;
export const CUSTOM = 0xbad;
export const CUSTOM_NOT_COPIED = 0x40000bad;
