// The little shop as a plain Node server on port 8080: node shop.mjs [KEEP_ALIVE_TIMEOUT_MS], without it Node's own 5 s.
import { createServer } from 'node:http';

const cart = JSON.stringify({
  items: [
    { id: 1, name: 'kettle', price: 29 },
    { id: 2, name: 'cup', price: 4 },
  ],
  total: 33,
});

const [keepAliveTimeout = 5000] = process.argv.slice(2).map(Number);

createServer({ keepAliveTimeout }, (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': cart.length });
  response.end(cart);
}).listen(8080, '0.0.0.0');
