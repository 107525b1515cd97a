/** Node.js as a client through http.Agent or https.Agent. */

import { inMilliseconds, type Software } from './software.ts';

export const nodeAgent: Software = {
  name: 'node-agent',
  title: 'Node.js http.Agent',
  roles: ['client'],
  marks: ['node.js http.agent', 'node.js http.globalagent', 'axios', 'got', 'node-fetch', 'superagent'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'client_idle_timeout':
        return `new http.Agent({ keepAlive: true, timeout: ${inMilliseconds(seconds)} })`;
      case 'share_pool':
        return 'const agent = new http.Agent({ keepAlive: true });  // one for all requests: http.get(url, { agent })';
      case 'read_responses':
        return 'response.resume();  // where nobody reads it; destroy() closes the connection';
      case 'send_no_close':
      case 'http_version':
        return 'new http.Agent({ keepAlive: true })';
      case 'client_pool_size':
        return 'new http.Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 64 })';
      case 'tcp_keep_alive':
        return `new http.Agent({ keepAlive: true, keepAliveMsecs: ${inMilliseconds(seconds)} })`;
      case 'http_2':
        return 'const session = http2.connect(origin);  // one for all requests: session.request(headers)';
      default:
        return undefined;
    }
  },
};
