/** Makes the plain record of one exchange, when it is asked for. */

import type { Exchange } from './exchange.ts';

/** A copy of what a view shows: it stays as it is, and can be spread and written. One literal: an object of so many members is quick only so. */
export function makeExchange(view: Exchange): Exchange {
  return {
    connection: view.connection,
    index: view.index,
    streamId: view.streamId,
    method: view.method,
    scheme: view.scheme,
    authority: view.authority,
    target: view.target,
    version: view.version,
    status: view.status,
    requestFirstFrame: view.requestFirstFrame,
    requestFrame: view.requestFrame,
    responseFirstFrame: view.responseFirstFrame,
    responseFrame: view.responseFrame,
    requestStart: view.requestStart,
    requestEnd: view.requestEnd,
    responseStart: view.responseStart,
    responseEnd: view.responseEnd,
    idleBefore: view.idleBefore,
    queued: view.queued,
    requestBytes: view.requestBytes,
    responseBytes: view.responseBytes,
    persistence: view.persistence,
    persistentByRequest: view.persistentByRequest,
    persistentByResponse: view.persistentByResponse,
    keepAliveUnreadable: view.keepAliveUnreadable,
    requestCookies: view.requestCookies,
    responseCookies: view.responseCookies,
    keepAliveTimeoutSeconds: view.keepAliveTimeoutSeconds,
    keepAliveMax: view.keepAliveMax,
    resetBy: view.resetBy,
    resetCode: view.resetCode,
    clientKeepAliveTimeoutSeconds: view.clientKeepAliveTimeoutSeconds,
    clientKeepAliveMax: view.clientKeepAliveMax,
    requestClose: view.requestClose,
    responseClose: view.responseClose,
    informational: view.informational,
    userAgent: view.userAgent,
    server: view.server,
    notes: view.notes,
  };
}
