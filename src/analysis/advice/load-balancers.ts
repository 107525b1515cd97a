/** Load balancers in the cloud, by the commands that set them. */

import type { AdviceSetting } from '../analysis.ts';
import type { Software } from './software.ts';

const balancer = (
  name: string,
  title: string,
  marks: readonly string[],
  lines: Partial<Record<AdviceSetting, (seconds: number) => string | undefined>>,
): Software => ({
  name,
  title,
  roles: ['server', 'client'],
  marks,
  directive: ({ setting, seconds }) => lines[setting]?.(seconds),
});

const alb = (seconds: number): string =>
  `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=idle_timeout.timeout_seconds,Value=${Math.max(1, Math.floor(seconds))}`;

export const awsAlb: Software = balancer('aws-alb', 'AWS Application Load Balancer', ['awselb', 'aws application'], {
  server_idle_timeout: alb,
  client_idle_timeout: alb,
});

/** Whole minutes, four at least. */
const azure = (seconds: number): string | undefined =>
  seconds < 240
    ? undefined
    : `az network lb rule update --idle-timeout ${Math.floor(seconds / 60)} --enable-tcp-reset true --name RULE --lb-name LB --resource-group GROUP`;

export const azureLb: Software = balancer('azure-lb', 'Azure Load Balancer', ['azure load'], {
  server_idle_timeout: azure,
  client_idle_timeout: azure,
});

/** Its limit towards backends is fixed at 600 s: only the backend can be set. */
export const gcpLb: Software = balancer('gcp-lb', 'Google Cloud load balancer', ['gws', 'google frontend', 'gcp external'], {
  server_idle_timeout: (seconds) =>
    `gcloud compute target-http-proxies update PROXY --http-keep-alive-timeout-sec=${Math.min(1200, Math.max(5, Math.max(1, Math.floor(seconds))))}`,
});
