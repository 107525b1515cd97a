/** Names that reports, the filter and the command line publish: each in its list, in its order. */

import { describe, expect, it } from 'vitest';
import { recognise, softwares } from '../../src/analysis/advice/softwares.ts';
import {
  adviceSettings,
  clientSplits,
  closeReasons,
  confidences,
  findingCodes,
  listed,
  openingClasses,
  openReasons,
  poolKeys,
  raceKinds,
  setupClasses,
  severities,
} from '../../src/analysis/analysis.ts';
import { announcedOutcomes } from '../../src/analysis/announced.ts';
import { defaultAnalyseOptions, knownTimers } from '../../src/analysis/index.ts';
import { closeRules } from '../../src/analysis/reasons/close-rules.ts';
import { openRules } from '../../src/analysis/reasons/open-rules.ts';
import { timerRoles } from '../../src/analysis/timer-table.ts';
import { second } from '../../src/time.ts';

describe('lists', () => {
  it.each<[string, () => readonly string[], string]>([
    ['opening classes', () => openingClasses, 'failed unused first missed_reuse churn parallel late'],
    ['set-up classes', () => setupClasses, 'under_20_ms 20_to_100_ms 100_to_200_ms 200_to_500_ms over_500_ms'],
    ['pool keys', () => poolKeys, 'authority host ip'],
    [
      'close reasons',
      () => closeReasons,
      'server_idle_limit client_idle_limit request_cap close_header_client close_header_server http_1_0 until_close_body goaway age_limit drain reset peer_dead nat_drop framing_error tls_alert after_response unused open_at_end unknown',
    ],
    [
      'open reasons',
      () => openReasons,
      'refused no_answer speculative raced_addresses health_check first_to_origin misdirected keep_alive_race pool_not_shared stream_limit browser_limit all_busy idle_too_long',
    ],
    ['confidences', () => confidences, 'observed inferred'],
    ['races', () => raceKinds, 'confirmed near'],
    [
      'findings',
      () => findingCodes,
      'keep_alive_race near_race race_possible missed_reuse server_idle_limit_short client_idle_limit_short request_cap age_limit close_header http_1_0 until_close_body drain nat_drop peer_dead missed_coalescing smuggling_risk framing_error unanswered_probes',
    ],
    ['severities', () => severities, 'info warning problem'],
    [
      'settings',
      () => adviceSettings,
      'server_idle_timeout client_idle_timeout server_max_requests server_max_age client_pool_size share_pool read_responses send_no_close http_version http_2 tcp_keep_alive tls_resumption',
    ],
    ['splits of clients', () => clientSplits, 'ua ja4 synfp'],
    ['outcomes of announcements', () => announcedOutcomes, 'earlier as_announced later'],
    [
      'roles of timers',
      () => timerRoles,
      'tcp_keep_alive_idle tcp_keep_alive_interval tcp_keep_alive_probes server_idle client_idle request_cap age_cap network_idle pool_per_host pool_total',
    ],
  ])('%s', (_, list, wanted) => {
    expect(list().join(' ')).toBe(wanted);
  });

  it('every close reason has a rule, every open reason, too', () => {
    expect(closeRules.map(({ code }) => code).toSorted()).toEqual(closeReasons.toSorted());
    expect(openRules.map(({ code }) => code).toSorted()).toEqual(openReasons.toSorted());
  });

  it('what is assumed where nothing is asked for', () => {
    expect(defaultAnalyseOptions).toEqual({
      idleTimeout: 60 * second,
      poolKey: 'authority',
      splitClients: undefined,
      timers: knownTimers,
      adviseFor: [],
    });
  });

  it('rows that are listed: all, or those that were selected', () => {
    expect([...listed({ size: 3 }, { selected: undefined })]).toEqual([0, 1, 2]);
    expect([...listed({ size: 3 }, { selected: Uint32Array.of(0, 2) })]).toEqual([0, 2]);
  });
});

/** Role, what it says of itself (or the name of a timer), what it is called when asked for, and its title. */
const recognised: readonly (readonly ['server' | 'client', string, string, string])[] = [
  ['server', 'nginx/1.22.1', 'nginx', 'nginx'],
  ['server', 'openresty/1.21', 'nginx', 'nginx'],
  ['client', 'nginx to its upstreams', 'nginx', 'nginx'],
  ['server', 'Apache/2.4.62', 'apache', 'Apache httpd'],
  ['server', 'Apache-Coyote/1.1', 'tomcat', 'Tomcat'],
  ['server', 'Tomcat, connectionTimeout unless set', 'tomcat', 'Tomcat'],
  ['server', 'HAProxy', 'haproxy', 'HAProxy'],
  ['client', 'HAProxy', 'haproxy', 'HAProxy'],
  ['server', 'envoy', 'envoy', 'Envoy'],
  ['server', 'istio-envoy', 'envoy', 'Envoy'],
  ['client', 'envoy', 'envoy', 'Envoy'],
  ['server', 'Caddy', 'caddy', 'Caddy'],
  ['server', 'lighttpd/1.4', 'lighttpd', 'lighttpd'],
  ['server', 'gunicorn/21', 'gunicorn', 'gunicorn'],
  ['server', 'uvicorn', 'uvicorn', 'uvicorn'],
  ['server', 'Python/3.11 aiohttp/3.9.1', 'aiohttp-server', 'aiohttp server'],
  ['server', 'puma 6.0', 'puma', 'Puma'],
  ['server', 'Kestrel', 'kestrel', 'Kestrel'],
  ['server', 'Microsoft-IIS/10.0', 'iis', 'IIS'],
  ['server', 'Microsoft-HTTPAPI/2.0', 'iis', 'IIS'],
  ['server', 'Jetty(9.4)', 'jetty', 'Jetty'],
  ['server', 'Go net/http', 'go', 'Go net/http'],
  ['client', 'Go-http-client/1.1', 'go', 'Go net/http'],
  ['client', 'Go http.DefaultTransport', 'go', 'Go net/http'],
  ['server', 'Node.js http.Server', 'node', 'Node.js http.Server'],
  ['server', 'Express', 'node', 'Node.js http.Server'],
  ['server', 'fastify', 'node', 'Node.js http.Server'],
  ['server', 'koa', 'node', 'Node.js http.Server'],
  ['server', 'node', 'node', 'Node.js http.Server'],
  ['client', 'Node.js http.Agent with keepAlive', 'node-agent', 'Node.js http.Agent'],
  ['client', 'Node.js http.globalAgent', 'node-agent', 'Node.js http.Agent'],
  ['client', 'axios/1.6', 'node-agent', 'Node.js http.Agent'],
  ['client', 'got (https://github.com/sindresorhus/got)', 'node-agent', 'Node.js http.Agent'],
  ['client', 'node-fetch/1.0', 'node-agent', 'Node.js http.Agent'],
  ['client', 'superagent/8', 'node-agent', 'Node.js http.Agent'],
  ['client', 'undici', 'undici', 'undici, fetch of Node.js'],
  ['client', 'node', 'undici', 'undici, fetch of Node.js'],
  ['client', 'okhttp/4.12', 'okhttp', 'OkHttp'],
  ['client', 'Java-http-client/17', 'java', 'Java HttpClient'],
  ['client', 'Java/1.8', 'java', 'Java HttpClient'],
  ['client', 'Java HttpURLConnection', 'java', 'Java HttpClient'],
  ['client', 'Apache-HttpClient/4.5 (Java/11)', 'apache-httpclient', 'Apache HttpClient'],
  ['client', 'python-requests/2.31', 'requests', 'Python requests, urllib3'],
  ['client', 'python-urllib3/2', 'requests', 'Python requests, urllib3'],
  ['client', 'python-httpx/0.27', 'httpx', 'httpx'],
  ['client', 'Python/3.11 aiohttp/3.9', 'aiohttp', 'aiohttp client'],
  ['client', 'curl/8.5', 'curl', 'curl'],
  ['client', 'Wget/1.21.3', 'wget', 'wget'],
  ['client', 'Python-urllib/3.11', 'urllib', 'Python urllib.request'],
  ['client', 'ApacheBench/2.3', 'ab', 'ApacheBench'],
  ['server', 'awselb/2.0', 'aws-alb', 'AWS Application Load Balancer'],
  ['client', 'AWS Application Load Balancer', 'aws-alb', 'AWS Application Load Balancer'],
  ['server', 'Azure Load Balancer', 'azure-lb', 'Azure Load Balancer'],
  ['client', 'Azure Load Balancer', 'azure-lb', 'Azure Load Balancer'],
  ['server', 'gws', 'gcp-lb', 'Google Cloud load balancer'],
  ['server', 'Google Frontend', 'gcp-lb', 'Google Cloud load balancer'],
  ['client', 'GCP external load balancer', 'gcp-lb', 'Google Cloud load balancer'],
];

describe('software that can be set', () => {
  it.each(recognised)('%s %s', (role, header, name, title) => {
    const { software } = recognise(role, header)!;
    expect([software.name, software.title]).toEqual([name, title]);
    expect(software.roles).toContain(role);
  });

  it('is all told here, in both of its roles where it has two', () => {
    const told = new Set(recognised.map(([role, , name]) => `${name} ${role}`));
    const missing = softwares.flatMap(({ name, roles }) => roles.map((role) => `${name} ${role}`)).filter((each) => !told.has(each));
    expect(missing).toEqual(['dotnet client', 'ruby client']);
    expect(softwares.filter(({ name }) => ['dotnet', 'ruby'].includes(name)).map(({ title }) => title)).toEqual([
      '.NET HttpClient',
      'Ruby Net::HTTP',
    ]);
  });

  it('gets whole seconds, minutes or a clock where it takes no others, and never none', () => {
    const line = (name: string, role: 'server' | 'client', seconds: number): string | undefined =>
      softwares
        .find((software) => software.name === name)!
        .directive({ setting: role === 'server' ? 'server_idle_timeout' : 'client_idle_timeout', role, seconds, host: 'shop' }, '');
    const numbers = (name: string, role: 'server' | 'client', ...seconds: number[]): (string | undefined)[] =>
      seconds.map((each) => /\d[\d:]*/.exec(line(name, role, each)?.replace(/elbv2|-sec/g, '') ?? '')?.[0]);
    expect(numbers('aws-alb', 'server', 0.5, 1, 1.9)).toEqual(['1', '1', '1']);
    expect(numbers('azure-lb', 'server', 239, 240, 299, 300)).toEqual([undefined, '4', '4', '5']);
    expect(numbers('gcp-lb', 'server', 2, 5, 6.9, 1200, 1300)).toEqual(['5', '5', '6', '1200', '1200']);
    for (const name of ['lighttpd', 'puma', 'gunicorn', 'uvicorn']) expect(numbers(name, 'server', 0.5, 1, 2.9)).toEqual(['1', '1', '2']);
    expect(numbers('iis', 'server', 0.5, 65, 3661)).toEqual(['00:00:01', '00:01:05', '01:01:01']);
  });
});
