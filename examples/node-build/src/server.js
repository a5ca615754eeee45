import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import mime from 'mime';

const build = await readFile(new URL('./build.json', import.meta.url), 'utf8');

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': mime.getType('build.json') });
  response.end(build);
});

server.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`listening on port ${server.address().port}`);
});

process.on('SIGTERM', () => server.close());
