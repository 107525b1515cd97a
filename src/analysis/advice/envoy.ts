/** Envoy: fields of HttpConnectionManager and of a cluster. */

import type { Software } from './software.ts';

export const envoy: Software = {
  name: 'envoy',
  title: 'Envoy',
  roles: ['server', 'client'],
  marks: ['envoy', 'istio-envoy'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'server_idle_timeout':
      case 'client_idle_timeout':
        return `common_http_protocol_options: { idle_timeout: ${seconds}s }`;
      case 'server_max_requests':
        return 'common_http_protocol_options: { max_requests_per_connection: 0 }';
      case 'server_max_age':
        return 'common_http_protocol_options: { max_connection_duration: 0s }';
      case 'http_2':
        return 'explicit_http_config: { http2_protocol_options: {} }';
      case 'tcp_keep_alive':
        return `upstream_connection_options: { tcp_keepalive: { keepalive_time: ${seconds} } }`;
      default:
        return undefined;
    }
  },
};
