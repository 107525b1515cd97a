/** undici, which is also `fetch` of Node.js. */

import { inMilliseconds, type Software } from './software.ts';

export const undici: Software = {
  name: 'undici',
  title: 'undici, fetch of Node.js',
  roles: ['client'],
  marks: ['undici', 'node'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'client_idle_timeout':
        return `setGlobalDispatcher(new Agent({ keepAliveTimeout: ${inMilliseconds(seconds)}, keepAliveMaxTimeout: ${inMilliseconds(seconds)} }))`;
      case 'share_pool':
      case 'send_no_close':
        return 'setGlobalDispatcher(new Agent());  // one dispatcher for all requests';
      case 'read_responses':
        return 'response.arrayBuffer()  // where nobody reads the body: cancel() closes the connection';
      case 'client_pool_size':
        return 'new Agent({ connections: 64 })';
      case 'http_2':
        return 'setGlobalDispatcher(new Agent({ allowH2: true }))';
      default:
        return undefined;
    }
  },
};
