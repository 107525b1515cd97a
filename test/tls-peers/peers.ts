/** What each capture of this folder was made to show: by the commands of make.sh, connection by connection. */

import type { Connection } from '../../src/trace/index.ts';

export interface Made {
  readonly protocol: Connection['protocol'];
  readonly version?: '1.2' | '1.3';
  readonly resumed?: boolean;
  readonly early?: 'accepted' | 'rejected';
  readonly retried?: true;
  readonly falseStart?: true;
  readonly after?: string;
  /** Of the whole set-up. */
  readonly roundTrips: number;
  readonly requests: number;
}

const times = (count: number, made: Made): Made[] => new Array<Made>(count).fill(made);

const old = { protocol: 'h2', version: '1.2', resumed: false, roundTrips: 3, requests: 1 } as const;
const old1 = { ...old, protocol: 'http/1.1' } as const;
const oldAgain = { ...old1, resumed: true, roundTrips: 2 } as const;
const hasty = { ...old1, falseStart: true, roundTrips: 2 } as const;
const modern = { protocol: 'h2', version: '1.3', resumed: false, roundTrips: 2, requests: 1 } as const;
const modern1 = { ...modern, protocol: 'http/1.1' } as const;
const plain = { protocol: 'h2c', roundTrips: 1 } as const;
/** Browsers open a second connection just in case; of nghttp no keys are to be had. */
const spare = { protocol: 'tls', requests: 0 } as const;

export const peers: Readonly<Record<string, readonly Made[]>> = {
  'tls12-full': times(4, old),
  'tls12-ticket': [old1, ...times(4, oldAgain)],
  'tls12-session-id': [old1, ...times(4, oldAgain)],
  'tls12-false-start': [{ ...hasty, requests: 3 }, { ...old, ...spare }, ...times(7, hasty)],
  'tls13-full': times(4, modern),
  'tls13-psk': [modern1, ...times(4, { ...modern1, resumed: true })],
  'tls13-retry': times(8, { ...modern, retried: true, roundTrips: 3 }),
  'tls13-early-data': [modern1, ...times(4, { ...modern1, resumed: true, early: 'accepted', roundTrips: 1 })],
  'tls13-early-data-refused': [modern1, ...times(3, { ...modern1, early: 'rejected' })],
  'h2-node': [{ ...modern, requests: 20 }],
  'h2-nghttpd': [
    ...times(2, { ...modern, retried: true, roundTrips: 3, requests: 30 }),
    { ...modern, ...spare, retried: true, roundTrips: 3 },
  ],
  'h2-chromium': [
    { ...modern, requests: 8 },
    { ...modern, ...spare },
  ],
  'h2-not-coalesced': [{ ...modern, requests: 3 }, { ...modern, ...spare }, modern, modern],
  'h2c-upgrade': [
    { ...plain, requests: 2 },
    { ...plain, requests: 1 },
    { ...plain, requests: 1 },
  ],
  'h2c-h2load': [...times(2, { ...plain, requests: 50 }), { ...plain, requests: 1 }],
  'h2-request-cap': [
    { ...plain, requests: 100 },
    { ...plain, requests: 50 },
  ],
  'h2-idle': times(3, { ...plain, requests: 1 }),
  'smtp-starttls': [{ ...modern, protocol: 'tls', after: 'smtp', requests: 0 }],
  'imap-starttls': [{ ...modern, protocol: 'tls', after: 'imap', requests: 0 }],
};

/** Round trip of the link, what the relay and both ends may add to a handshake at best, and what a second hello takes them to compute (ms). */
export const link = { roundTrip: 40, slack: 2, secondHello: 0.5 } as const;
