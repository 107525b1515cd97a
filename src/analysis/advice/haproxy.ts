/** HAProxy, towards its clients and towards its servers. */

import type { Software } from './software.ts';

export const haproxy: Software = {
  name: 'haproxy',
  title: 'HAProxy',
  roles: ['server', 'client'],
  marks: ['haproxy'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'server_idle_timeout':
        return `timeout http-keep-alive ${seconds}s`;
      case 'client_idle_timeout':
        return `pool-purge-delay ${seconds}s`;
      case 'share_pool':
        return 'http-reuse always';
      case 'send_no_close':
        return 'option http-keep-alive';
      case 'client_pool_size':
        return 'pool-max-conn 128';
      case 'http_2':
        return 'bind :443 ssl crt site.pem alpn h2,http/1.1';
      case 'tcp_keep_alive':
        return `srvtcpka-idle ${seconds}s  # with: option srvtcpka`;
      default:
        return undefined;
    }
  },
};
