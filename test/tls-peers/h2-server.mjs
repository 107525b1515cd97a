/** An HTTP/2 server of Node inside TLS, which answers everything for the hosts of its certificate; for make.sh. */

import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { join } from 'node:path';

const file = (name) => readFileSync(join(process.env.work, name));
createSecureServer({ key: file('key.pem'), cert: file('cert.pem') }, (request, response) => {
  response.writeHead(request.authority.endsWith('shop.example') ? 200 : 421, { 'content-type': 'text/plain' });
  response.end(`${request.url}\n`);
}).listen(8443);
