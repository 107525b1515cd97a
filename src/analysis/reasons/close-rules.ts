/** Why a connection was closed: the rules in their order; the first that holds explains. */

import type { CloseReason } from '../analysis.ts';
import { afterResponse } from './closes/after-response.ts';
import { ageLimit } from './closes/age-limit.ts';
import { clientIdleLimit } from './closes/client-idle-limit.ts';
import { closeHeaderClient } from './closes/close-header-client.ts';
import { closeHeaderServer } from './closes/close-header-server.ts';
import { drain } from './closes/drain.ts';
import { framingError } from './closes/framing-error.ts';
import { goAway } from './closes/goaway.ts';
import { http10 } from './closes/http-1-0.ts';
import { natDrop } from './closes/nat-drop.ts';
import { openAtEnd } from './closes/open-at-end.ts';
import { peerDead } from './closes/peer-dead.ts';
import { requestCap } from './closes/request-cap.ts';
import { reset } from './closes/reset.ts';
import { serverIdleLimit } from './closes/server-idle-limit.ts';
import { tlsAlert } from './closes/tls-alert.ts';
import { unknown } from './closes/unknown.ts';
import { untilCloseBody } from './closes/until-close-body.ts';
import { unused } from './closes/unused.ts';
import type { CloseRule } from './ending.ts';

export const closeRules: readonly CloseRule<CloseReason>[] = [
  natDrop,
  peerDead,
  tlsAlert,
  framingError,
  untilCloseBody,
  requestCap,
  ageLimit,
  closeHeaderClient,
  http10,
  closeHeaderServer,
  drain,
  unused,
  serverIdleLimit,
  clientIdleLimit,
  goAway,
  reset,
  openAtEnd,
  afterResponse,
  unknown,
];
