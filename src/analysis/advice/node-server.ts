/** Node.js as a server: properties of http.Server. It closes a second after keepAliveTimeout (from 20.20 on). */

import { inMilliseconds, type Software } from './software.ts';

export const nodeServer: Software = {
  name: 'node',
  title: 'Node.js http.Server',
  roles: ['server'],
  marks: ['node.js http.server', 'express', 'fastify', 'koa', 'node'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'server_idle_timeout':
        return `server.keepAliveTimeout = ${inMilliseconds(seconds)};`;
      case 'server_max_requests':
        return 'server.maxRequestsPerSocket = 0;';
      case 'http_2':
        return 'http2.createSecureServer({ allowHTTP1: true, key, cert }, handler);';
      case 'send_no_close':
        return "response.removeHeader('Connection');  // nothing to set: Node.js keeps connections unless told otherwise";
      default:
        return undefined;
    }
  },
};
