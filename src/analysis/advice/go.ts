/** Go, net/http: fields of http.Server and of http.Transport. */

import type { Change, Software } from './software.ts';

export const go: Software = {
  name: 'go',
  title: 'Go net/http',
  roles: ['server', 'client'],
  marks: ['go-http-client', 'go net/http', 'go http'],
  directive: ({ setting, seconds }: Change) => {
    switch (setting) {
      case 'server_idle_timeout':
        return `&http.Server{IdleTimeout: ${duration(seconds)}}`;
      case 'client_idle_timeout':
        return `&http.Transport{IdleConnTimeout: ${duration(seconds)}}`;
      case 'client_pool_size':
        return '&http.Transport{MaxIdleConnsPerHost: 64}  // 2 unless set';
      case 'share_pool':
      case 'send_no_close':
        return 'client := &http.Client{Transport: transport}  // one for all requests; read every body to its end';
      case 'http_2':
        return '&http.Transport{ForceAttemptHTTP2: true}';
      case 'tcp_keep_alive':
        return `&net.Dialer{KeepAlive: ${duration(seconds)}}`;
      default:
        return undefined;
    }
  },
};

const duration = (seconds: number): string =>
  Number.isInteger(seconds) ? `${seconds} * time.Second` : `${Math.round(seconds * 1000)} * time.Millisecond`;
