/** Apache httpd: directives of core and of mod_http2. */

import type { Software } from './software.ts';

export const apache: Software = {
  name: 'apache',
  title: 'Apache httpd',
  roles: ['server'],
  marks: ['apache'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'server_idle_timeout':
        return `KeepAliveTimeout ${seconds}`;
      case 'send_no_close':
        return 'KeepAlive On';
      case 'server_max_requests':
        return 'MaxKeepAliveRequests 0';
      case 'http_2':
        return 'Protocols h2 http/1.1';
      case 'tls_resumption':
        return 'SSLSessionCache "shmcb:/run/ssl_scache(512000)"';
      default:
        return undefined;
    }
  },
};
