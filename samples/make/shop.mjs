// The little shop as a plain Node server on port 8080, with Node's own defaults (keepAliveTimeout 5 s).
import { createServer } from 'node:http';

const cart = JSON.stringify({
  items: [
    { id: 1, name: 'kettle', price: 29 },
    { id: 2, name: 'cup', price: 4 },
  ],
  total: 33,
});

createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': cart.length });
  response.end(cart);
}).listen(8080, '0.0.0.0');
