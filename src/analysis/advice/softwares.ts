/** Everything that can be advised on; the first that is recognised counts. */

import { apache } from './apache.ts';
import { envoy } from './envoy.ts';
import { go } from './go.ts';
import { haproxy } from './haproxy.ts';
import { apacheHttpClient, java, jetty, okHttp } from './java.ts';
import { awsAlb, azureLb, gcpLb } from './load-balancers.ts';
import { nginx } from './nginx.ts';
import { nodeAgent } from './node-agent.ts';
import { nodeServer } from './node-server.ts';
import { apacheBench, curl, dotnet, ruby, urllib, wget } from './other-clients.ts';
import { caddy, iis, kestrel, lighttpd, puma } from './other-servers.ts';
import { aiohttpClient, aiohttpServer, gunicorn, httpx, requests, uvicorn } from './python.ts';
import { type Role, type Software, versionIn } from './software.ts';
import { tomcat } from './tomcat.ts';
import { undici } from './undici.ts';

export const softwares: readonly Software[] = [
  nginx,
  tomcat,
  apacheHttpClient,
  apacheBench,
  apache,
  haproxy,
  envoy,
  caddy,
  lighttpd,
  gunicorn,
  uvicorn,
  aiohttpServer,
  puma,
  kestrel,
  iis,
  jetty,
  go,
  nodeServer,
  nodeAgent,
  undici,
  okHttp,
  java,
  requests,
  httpx,
  aiohttpClient,
  curl,
  wget,
  urllib,
  dotnet,
  ruby,
  awsAlb,
  azureLb,
  gcpLb,
];

/** Names under which directives can be asked for. */
export const softwareNames: readonly string[] = softwares.map(({ name }) => name);

export interface Recognised {
  readonly software: Software;
  readonly version: string;
  /** What speaks for it where it does not say so itself. */
  readonly by?: 'timer' | 'requests';
}

/** By its header, or the name of its timer. */
export function recognise(role: Role, text: string): Recognised | undefined {
  for (const software of softwares) {
    if (!software.roles.includes(role)) continue;
    const version = versionIn(text, software.marks);
    if (version !== undefined) return { software, version: software.namesNoVersion === true ? '' : version };
  }
  return undefined;
}
