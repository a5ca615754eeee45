import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('Hello from the web process\n');
});

server.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`web listens on port ${server.address().port}`);
});

process.on('SIGTERM', () => server.close());
