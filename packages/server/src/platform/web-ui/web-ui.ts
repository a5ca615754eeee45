import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../kernel/logger.ts';
import { acceptedEncodings } from '../http/accepted-encodings.ts';
import { findUiVersion, loadUi, type UiBuild, type UiFile } from './ui-build.ts';

/** Where packages/web/bin/build.ts puts the UI. */
export const builtUiFolder = fileURLToPath(new URL('../../../../web/dist/', import.meta.url));

/** Answers what no route does: the pages of the UI and their files. */
export interface WebUi {
  /** False when this request is not for the UI: it is answered as an API's then. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
}

/** No inline script, nothing from elsewhere, in nobody's frame. Styles may be inline: the graph and the charts place by them. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const permissionsPolicy = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'midi', 'display-capture']
  .map((feature) => `${feature}=()`)
  .join(', ');

// Below these an unknown path is a mistake of a program, never a page. The UI has no path of its own there.
const apiPaths = /^\/(?:v1|auth|health|metrics|docs|openapi\.json)(?:\/|$)/;

/** Whether the UI may have an answer: only then is it asked. */
export function mayBePage({ method, url }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && !apiPaths.test(url.split('?', 1)[0] ?? '/');
}

function plainContent(file: UiFile): Buffer {
  return file.contents.get('identity') ?? gunzipSync(file.contents.get('gzip') ?? Buffer.alloc(0));
}

function send(request: FastifyRequest, reply: FastifyReply, file: UiFile, isImmutable: boolean): void {
  // Weak: the same for every encoding.
  const etag = `W/"${file.sha256.slice(0, 32)}"`;
  reply
    .header('vary', 'accept-encoding')
    .header('etag', etag)
    // A page is asked for anew each time, since it names the files of its own build.
    .header('cache-control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match']?.includes(etag)) {
    reply.code(304).send();
    return;
  }
  const encoding = acceptedEncodings(request.headers['accept-encoding']).find((each) => file.contents.has(each));
  const content = encoding === undefined ? plainContent(file) : (file.contents.get(encoding) ?? plainContent(file));
  // Also where it is plain, so that nothing is compressed again on the way.
  reply
    .header('content-encoding', encoding ?? 'identity')
    .code(200)
    .type(file.contentType)
    .send(content);
}

const missingPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>davit</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:40em;margin:4em auto;padding:0 1em;color-scheme:light dark}</style>
<h1>The web UI is not built</h1>
<p>davit runs, and its API and command line work. The pages are built by <code>davit up</code> and <code>davit serve</code>,
which takes some seconds; by hand: <code>npm run build -w packages/web</code> in the checkout.</p>
<p>This page looks again by itself.</p>
</html>
`;

function pageHeaders(reply: FastifyReply): void {
  reply
    .header('content-security-policy', contentSecurityPolicy)
    // The page's own requests keep their Origin, by which davit knows them; other sites learn nothing.
    .header('referrer-policy', 'same-origin')
    .header('permissions-policy', permissionsPolicy);
}

/** Serves the build in `folder`; one that is made while the server runs is noticed, half of one is never served. */
export function createWebUi({ folder, logger }: { folder: string; logger: Logger }): WebUi {
  let loaded: { version: string; build: Promise<UiBuild | undefined> } | undefined;
  let last: UiBuild | undefined;

  async function load(): Promise<UiBuild | undefined> {
    try {
      last = await loadUi(folder);
    } catch (error) {
      logger.error({ err: error, folder }, 'the built web UI is not whole and is not served');
    }
    return last;
  }

  async function current(): Promise<UiBuild | undefined> {
    const version = await findUiVersion(folder);
    // Being replaced at this moment: what was served goes on.
    if (version === undefined) return last;
    if (loaded?.version !== version) loaded = { version, build: load() };
    return await loaded.build;
  }

  return {
    async answer(request, reply) {
      if (!mayBePage(request)) return false;
      const path = request.url.split('?', 1)[0] ?? '/';
      const build = await current();
      const file = build?.files.get(path);
      if (file !== undefined && path !== '/index.html') {
        pageHeaders(reply);
        send(request, reply, file, path.startsWith('/assets/'));
        return true;
      }
      const wantsPage = path === '/' || request.headers.accept?.includes('text/html') === true;
      if (!wantsPage || path.startsWith('/assets/')) return false;
      pageHeaders(reply);
      const index = build?.files.get('/index.html');
      if (index !== undefined) send(request, reply, index, false);
      else reply.code(503).header('retry-after', '5').type('text/html; charset=utf-8').send(missingPage);
      return true;
    },
  };
}
