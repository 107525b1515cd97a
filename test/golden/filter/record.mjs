/** Records which connections tshark finds in every sample with filters that both understand: `node test/golden/filter/record.mjs`. */

import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const samples = join(here, '..', '..', '..', 'samples');

const filters = [
  'tcp',
  'ip',
  'ipv6',
  'http',
  'http2',
  'tls',
  'http.request',
  'http.response',
  'http.host contains "a"',
  'http.host matches "^[a-m]"',
  'http.request.method == "GET"',
  'http.request.method != "GET"',
  'http.request.method in {"POST", "PUT"}',
  'http.request.uri contains "/"',
  'http.request.uri matches "[0-9]+$"',
  'http.response.code == 200',
  'http.response.code >= 300',
  'http.response.code in {200..299, 404}',
  'http.user_agent contains "node"',
  'http.server contains "nginx"',
  'tcp.stream == 3',
  'tcp.stream in {0, 4..9}',
  'tcp.port == 80',
  'tcp.port in {80, 443, 8000..8999}',
  'tcp.port > 50000',
  'tcp.dstport < 1024',
  'ip.addr == 10.0.0.0/8',
  'ip.addr == 127.0.0.1',
  'ip.src != 127.0.0.1',
  'tcp.flags.syn == 1',
  'tcp.flags.fin == 1',
  'tcp.flags.reset == 1',
  'tcp.analysis.keep_alive',
  'tcp.analysis.retransmission',
  'tcp.analysis.out_of_order',
  'tcp.analysis.duplicate_ack',
  'tcp.analysis.initial_rtt > 0.001',
  'tls.handshake.extensions_server_name contains "."',
  'tls.handshake.extensions_alpn_str == "h2"',
  'http2.headers.method == "GET"',
  'http2.headers.status == 200',
  'http2.streamid > 1',
];

function streamsOf(sample, filter) {
  const words = ['-r', join(samples, sample), '-Y', filter, '-T', 'fields', '-e', 'tcp.stream'];
  const { stdout, status, stderr } = spawnSync('tshark', words, { encoding: 'utf8', env: { ...process.env, SSLKEYLOGFILE: '' } });
  if (status !== 0) throw new Error(`${filter}: ${stderr}`);
  const numbers = stdout.split(/[\n,]/).filter((line) => line !== '');
  return [...new Set(numbers.map(Number))].sort((a, b) => a - b);
}

const found = {};
for (const sample of readdirSync(samples).filter((name) => /\.pcap(ng)?$/.test(name))) {
  found[sample] = {};
  for (const filter of filters) found[sample][filter] = streamsOf(sample, filter);
}
const lines = Object.entries(found).map(
  ([sample, rows]) =>
    `  ${JSON.stringify(sample)}: {\n${Object.entries(rows)
      .map(([filter, streams]) => `    ${JSON.stringify(filter)}: ${JSON.stringify(streams)}`)
      .join(',\n')}\n  }`,
);
writeFileSync(join(here, 'tshark.json'), `{\n${lines.join(',\n')}\n}\n`);
