import { createServer } from 'node:http';
import { greet } from '@example/greeting';

const server = createServer((request, response) => {
  const name = new URL(request.url, 'http://localhost').searchParams.get('name') ?? 'you';
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(greet(name));
});

server.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`listening on port ${server.address().port}`);
});

process.on('SIGTERM', () => server.close());
