/** nginx, as a server and towards its upstreams: directives of ngx_http_core_module, ngx_http_v2_module, ngx_http_upstream_module. */

import { type Change, isFrom, type Software } from './software.ts';

export const nginx: Software = {
  name: 'nginx',
  title: 'nginx',
  roles: ['server', 'client'],
  marks: ['nginx', 'openresty'],
  directive: (change, version) => (change.role === 'server' ? ofServer(change, version) : ofUpstream(change, version)),
};

function ofServer({ setting, seconds }: Change, version: string): string | undefined {
  switch (setting) {
    case 'server_idle_timeout':
      return `keepalive_timeout ${seconds}s;`;
    case 'send_no_close':
      return 'keepalive_timeout 65s;  # 0 turns persistence off';
    case 'server_max_requests':
      return isFrom(version, '1.19.10') ? 'keepalive_requests 10000;' : 'keepalive_requests 10000;  # 100 unless set before nginx 1.19.10';
    case 'server_max_age':
      return isFrom(version, '1.19.10') ? 'keepalive_time 24h;' : undefined;
    case 'http_2':
      return isFrom(version, '1.25.1') ? 'http2 on;' : 'listen 443 ssl http2;';
    case 'tcp_keep_alive':
      return `listen 443 ssl so_keepalive=${seconds}s:10s:3;`;
    case 'tls_resumption':
      return 'ssl_session_cache shared:SSL:10m; ssl_session_timeout 1d;';
    default:
      return undefined;
  }
}

/** Inside `upstream { … }`, and beside `proxy_pass`. */
function ofUpstream({ setting, seconds }: Change, version: string): string | undefined {
  switch (setting) {
    case 'client_idle_timeout':
      return isFrom(version, '1.15.3') ? `keepalive 32; keepalive_timeout ${seconds}s;` : 'keepalive 32;';
    case 'share_pool':
    case 'send_no_close':
    case 'http_version':
      return 'upstream NAME { server …; keepalive 32; }  proxy_pass http://NAME; proxy_http_version 1.1; proxy_set_header Connection "";';
    case 'client_pool_size':
      return 'keepalive 128;';
    default:
      return undefined;
  }
}
