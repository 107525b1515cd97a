/** Addresses as every output writes them. */

/** IPv6 as in a URL, so that address, colon and port are one unambiguous text. */
export const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
