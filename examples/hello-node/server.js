import { createServer } from 'node:http';

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Hello from davit</title>
  <style>
    body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem; }
    code { background: #8882; border-radius: 4px; padding: 0.1em 0.3em; }
  </style>
  <h1>Hello from davit</h1>
  <p>This page comes from <code>server.js</code>. Change it, run <code>davit up</code> again, and reload:
  not one request is lost on the way.</p>
</html>
`;

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(page);
});

server.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`listening on port ${server.address().port}`);
});

process.on('SIGTERM', () => server.close());
