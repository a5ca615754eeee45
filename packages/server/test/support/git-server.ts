import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitRepositories, type GitRepositories } from './git-repositories.ts';

export interface GitServerOptions {
  /** Every request needs this as the password of HTTP's basic authentication. */
  readonly token?: string;
  /** Speaks https with this certificate, in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Sends so many bytes of an answer's body and then nothing more, without ending it. */
  readonly stallAfter?: number;
  /** Answers in place of Git where it returns true: redirects, failures, silence. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A Git host on a loopback port: real repositories behind real `git http-backend`. */
export interface GitServer extends GitRepositories {
  /** Without a slash at its end; a repository is at `${url}/${name}.git`. */
  readonly url: string;
  /** What was asked, in order: method, path and the Authorization header. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
  urlOf(name: string): string;
  stop(): Promise<void>;
}

function isAllowed(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  return scheme === 'Basic' && Buffer.from(credentials, 'base64').toString().split(':')[1] === token;
}

function cgiEnvironment(request: IncomingMessage, root: string): Record<string, string> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: request.headers['content-length'] }),
  };
}

/** Turns the head of a CGI answer (RFC 3875, section 6) into one of HTTP. */
function sendHead(head: string, response: ServerResponse): void {
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = line.split(/: (.*)/s);
    if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}

function relay(child: ChildProcess, request: IncomingMessage, response: ServerResponse, stallAfter: number): void {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('git http-backend without pipes');
  stdin.on('error', () => {});
  request.pipe(stdin);
  let head: Buffer | undefined = Buffer.alloc(0);
  let left = stallAfter;
  const send = (chunk: Buffer) => {
    response.write(chunk.subarray(0, Math.max(left, 0)));
    left -= chunk.length;
  };
  stdout.on('data', (chunk: Buffer) => {
    if (head === undefined) {
      send(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    sendHead(head.subarray(0, end).toString(), response);
    send(head.subarray(end + 4));
    head = undefined;
  });
  stdout.on('end', () => {
    if (left >= 0) response.end();
  });
  response.on('close', () => child.kill());
}

/** Starts a Git host; the caller stops it. */
export async function startGitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-git-server-'));
  const repositories = createGitRepositories(folder);
  const requests: { line: string; authorization: string | undefined }[] = [];
  const backends = new Set<ChildProcess>();

  const answer: RequestListener = (request, response) => {
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
    if (options.intercept?.(request, response) === true) return;
    if (!isAllowed(request, options.token)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const child = spawn('git', ['http-backend'], {
      env: cgiEnvironment(request, folder),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    backends.add(child);
    child.once('close', () => backends.delete(child));
    relay(child, request, response, options.stallAfter ?? Number.POSITIVE_INFINITY);
  };
  const server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http${options.tls === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...repositories,
    url,
    requests,
    urlOf: (name) => `${url}/${name}.git`,
    async stop() {
      server.closeAllConnections();
      server.close();
      for (const child of backends) child.kill('SIGKILL');
      await Promise.all([...backends].map((child) => once(child, 'close')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
