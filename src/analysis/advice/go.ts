/** Go, net/http: fields of http.Server and of http.Transport. */

import type { Change, Software } from './software.ts';

export const go: Software = {
  name: 'go',
  title: 'Go net/http',
  roles: ['server', 'client'],
  marks: ['go-http-client', 'go net/http', 'go http'],
  // Of HTTP: Go-http-client/1.1.
  namesNoVersion: true,
  directive: ({ setting, seconds }: Change) => {
    switch (setting) {
      case 'server_idle_timeout':
        return `&http.Server{IdleTimeout: ${duration(seconds)}}`;
      case 'client_idle_timeout':
        return `&http.Transport{IdleConnTimeout: ${duration(seconds)}}`;
      case 'client_pool_size':
        return '&http.Transport{MaxIdleConnsPerHost: 64}  // 2 unless set';
      case 'share_pool':
        return 'client := &http.Client{Transport: transport}  // one for all requests; read every body to its end';
      case 'send_no_close':
        return '&http.Transport{DisableKeepAlives: false}  // and no request with Close: true';
      case 'read_responses':
        return 'io.Copy(io.Discard, resp.Body); resp.Body.Close()';
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
