/** Python: gunicorn, uvicorn and aiohttp as servers; requests, httpx and aiohttp as clients. */

import type { Change, Software } from './software.ts';

const server = (name: string, title: string, marks: readonly string[], idle: (seconds: number) => string, noClose?: string): Software => ({
  name,
  title,
  roles: ['server'],
  marks,
  directive: ({ setting, seconds }: Change) =>
    setting === 'server_idle_timeout' ? idle(seconds) : setting === 'send_no_close' ? noClose : undefined,
});

const client = (
  name: string,
  title: string,
  marks: readonly string[],
  lines: Partial<Record<Change['setting'], (seconds: number) => string>>,
): Software => ({
  name,
  title,
  roles: ['client'],
  marks,
  directive: ({ setting, seconds }: Change) => lines[setting]?.(seconds),
});

export const gunicorn: Software = server(
  'gunicorn',
  'gunicorn',
  ['gunicorn'],
  (seconds) => `gunicorn --worker-class gthread --keep-alive ${Math.max(1, Math.floor(seconds))}`,
  'gunicorn --worker-class gthread --threads 4  # sync workers close after each response',
);
export const uvicorn: Software = server(
  'uvicorn',
  'uvicorn',
  ['uvicorn'],
  (seconds) => `uvicorn --timeout-keep-alive ${Math.max(1, Math.floor(seconds))}`,
);
export const aiohttpServer: Software = server(
  'aiohttp-server',
  'aiohttp server',
  ['aiohttp'],
  (seconds) => `web.run_app(app, keepalive_timeout=${seconds})`,
);

export const requests: Software = client('requests', 'Python requests, urllib3', ['python-requests', 'python-urllib3'], {
  share_pool: () => 'session = requests.Session()  # one for all requests',
  read_responses: () => 'response.content  # with stream=True: read it all before response.close()',
  send_no_close: () => 'session = requests.Session()  # one for all requests',
  client_pool_size: () => 'session.mount("https://", requests.adapters.HTTPAdapter(pool_connections=64, pool_maxsize=64))',
});

export const httpx: Software = client('httpx', 'httpx', ['python-httpx'], {
  client_idle_timeout: (seconds) => `httpx.Client(limits=httpx.Limits(keepalive_expiry=${seconds}))`,
  share_pool: () => 'client = httpx.Client()  # one for all requests',
  send_no_close: () => 'client = httpx.Client()  # one for all requests',
  client_pool_size: () => 'httpx.Limits(max_keepalive_connections=64)',
  http_2: () => 'httpx.Client(http2=True)',
});

export const aiohttpClient: Software = client('aiohttp', 'aiohttp client', ['aiohttp'], {
  client_idle_timeout: (seconds) => `aiohttp.TCPConnector(keepalive_timeout=${seconds})`,
  share_pool: () => 'session = aiohttp.ClientSession()  # one for all requests',
  read_responses: () => 'response.read()  # to the end, before it is released',
  send_no_close: () => 'aiohttp.TCPConnector(force_close=False)',
  client_pool_size: () => 'aiohttp.TCPConnector(limit_per_host=0)',
});
