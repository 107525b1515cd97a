/** Servers with little to set: Caddy, lighttpd, Puma, Kestrel, IIS. */

import type { AdviceSetting } from '../analysis.ts';
import type { Software } from './software.ts';

const server = (
  name: string,
  title: string,
  marks: readonly string[],
  lines: Partial<Record<AdviceSetting, (seconds: number) => string>>,
): Software => ({
  name,
  title,
  roles: ['server'],
  marks,
  directive: ({ setting, seconds }) => lines[setting]?.(seconds),
});

export const caddy: Software = server('caddy', 'Caddy', ['caddy'], {
  server_idle_timeout: (seconds) => `servers { timeouts { idle ${seconds}s } }`,
});

export const lighttpd: Software = server('lighttpd', 'lighttpd', ['lighttpd'], {
  server_idle_timeout: (seconds) => `server.max-keep-alive-idle = ${Math.max(1, Math.floor(seconds))}`,
  server_max_requests: () => 'server.max-keep-alive-requests = 10000',
});

export const puma: Software = server('puma', 'Puma', ['puma'], {
  server_idle_timeout: (seconds) => `persistent_timeout ${Math.max(1, Math.floor(seconds))}`,
});

export const kestrel: Software = server('kestrel', 'Kestrel', ['kestrel'], {
  server_idle_timeout: (seconds) => `options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(${seconds});`,
});

export const iis: Software = server('iis', 'IIS', ['microsoft-iis', 'microsoft-httpapi'], {
  server_idle_timeout: (seconds) =>
    `appcmd set config -section:system.applicationHost/sites -siteDefaults.limits.connectionTimeout:"${clock(seconds)}"`,
});

/** `00:01:05` */
const clock = (seconds: number): string => new Date(Math.max(1, Math.floor(seconds)) * 1000).toISOString().slice(11, 19);
