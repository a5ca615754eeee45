// Serves one folder on 127.0.0.1:$PORT. It runs by itself in a service's sandbox, so it is plain JavaScript.
// Usage: node serve-static.mjs FOLDER [FALLBACK]
// FALLBACK is the file of FOLDER that answers paths that are no files (client-side routing).
import { createReadStream, existsSync, readdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, sep } from 'node:path';
import sirv from 'sirv';

const [folder, fallback] = process.argv.slice(2);

const root = realpathSync(folder);

function realPlace(link) {
  try {
    return realpathSync(link);
  } catch {
    return '';
  }
}

// What a link leads to is served under the link's name, so none may lead out of the folder (/proc/self/environ holds the
// service's secrets), back to a folder that it is in (there is no end to that), or nowhere.
function refuseLinks(parent) {
  for (const entry of readdirSync(parent, { withFileTypes: true })) {
    const path = join(parent, entry.name);
    if (entry.isDirectory()) refuseLinks(path);
    if (!entry.isSymbolicLink()) continue;
    const place = realPlace(path);
    if (place.startsWith(root + sep) && !`${parent}${sep}`.startsWith(place + sep)) continue;
    process.stderr.write(
      `${path.slice(root.length + 1)} is a link that leads out of the folder, in a circle or nowhere.\n`,
    );
    process.stderr.write('Replace it by the file itself, or leave it out of the site.\n');
    process.exit(1);
  }
}
refuseLinks(root);

// Names with a hash in them never change their content; everything else is asked for again each time.
const hashed = /[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

const serve = sirv(folder, {
  etag: true,
  dotfiles: false,
  single: fallback ?? false,
  setHeaders(response, path) {
    const isAsset = /^\/(assets|static|_astro|_next|_app)\//.test(path) && hashed.test(path);
    response.setHeader('Cache-Control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
  },
});

const notFound = join(folder, '404.html');

function answerNotFound(request, response) {
  response.statusCode = 404;
  if (!existsSync(notFound)) {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('Not found\n');
    return;
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  if (request.method === 'HEAD') response.end();
  else createReadStream(notFound).pipe(response);
}

const server = createServer((request, response) => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  serve(request, response, () => answerNotFound(request, response));
});
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.PORT), '0.0.0.0');
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
