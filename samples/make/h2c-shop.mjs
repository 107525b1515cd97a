// The little shop over HTTP/2 without TLS on port 80: 5 ms for each answer, and a session that is idle for 1.5 s is closed.
import { createServer } from 'node:http2';

const server = createServer({ settings: { maxConcurrentStreams: 100 } });

server.on('session', (session) => session.setTimeout(1500, () => session.close()));
server.on('stream', (stream, headers) => {
  setTimeout(() => {
    stream.respond({ ':status': 200, server: 'shop' });
    stream.end('x'.repeat(200 + ((headers[':path'].length * 37) % 900)));
  }, 5);
});
server.listen(80);
