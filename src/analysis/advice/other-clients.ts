/** Clients with little to set: curl and libcurl, wget, urllib, .NET, Ruby, ApacheBench. */

import type { AdviceSetting } from '../analysis.ts';
import type { Software } from './software.ts';

const client = (
  name: string,
  title: string,
  marks: readonly string[],
  lines: Partial<Record<AdviceSetting, (seconds: number) => string>>,
): Software => ({
  name,
  title,
  roles: ['client'],
  marks,
  directive: ({ setting, seconds }) => lines[setting]?.(seconds),
});

/** An idle connection that is closed while nothing is asked for is not curl's doing: it looks at its limit when it wants to connect. */
export const curl: Software = client('curl', 'curl', ['curl', 'libcurl'], {
  share_pool: () => 'curl URL URL …  # one call for many; with libcurl one easy handle, or one multi handle',
  send_no_close: () => "leave out -H 'Connection: close'",
  client_pool_size: () => 'curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 64L);',
  http_2: () => 'curl --http2 --parallel URL URL …',
});

export const wget: Software = client('wget', 'wget', ['wget'], {
  share_pool: () => 'wget URL URL …  # one call for many',
  send_no_close: () => 'leave out --no-http-keep-alive',
});

/** Python's own, which closes after each request whatever it is told. */
export const urllib: Software = client('urllib', 'Python urllib.request', ['python-urllib'], {
  share_pool: () => 'session = requests.Session()  # or one http.client.HTTPConnection for all requests',
  send_no_close: () => 'session = requests.Session()  # or one http.client.HTTPConnection for all requests',
});

export const dotnet: Software = client('dotnet', '.NET HttpClient', ['.net', 'dotnet'], {
  client_idle_timeout: (seconds) => `new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(${seconds}) }`,
  share_pool: () => 'static readonly HttpClient client = new();  // one for all requests, or IHttpClientFactory',
  send_no_close: () => 'client.DefaultRequestHeaders.ConnectionClose = false;',
});

export const ruby: Software = client('ruby', 'Ruby Net::HTTP', ['ruby'], {
  client_idle_timeout: (seconds) => `http.keep_alive_timeout = ${Math.max(1, Math.floor(seconds))}`,
  share_pool: () => 'Net::HTTP.start(host, port) { |http| … }  # all requests inside',
  send_no_close: () => 'Net::HTTP.start(host, port) { |http| … }  # all requests inside',
});

export const apacheBench: Software = client('ab', 'ApacheBench', ['apachebench'], {
  http_version: () => 'ab -k …',
  send_no_close: () => 'ab -k …',
});
