import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

/** The large files of a Git host: the server's side of the LFS batch API. */
export interface LfsStore {
  /** Keeps a content; gives the pointer that stands for it in the repository. */
  put(content: string): string;
  /** Answers what is asked below `…/info/lfs` and `/lfs-content`; for the `intercept` of a Git server. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** What was asked, with the Authorization header. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
  /** Sends this in place of the true content. */
  corrupt(content: string): void;
}

/** A store that demands `authorization` for its list, and a header of its own for each content. */
export function createLfsStore(authorization?: string): LfsStore {
  const contents = new Map<string, Buffer>();
  const requests: { line: string; authorization: string | undefined }[] = [];
  let corrupted: string | undefined;

  async function answerBatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== authorization) {
      response.writeHead(401).end();
      return;
    }
    const asked = (await json(request)) as { objects: { oid: string; size: number }[] };
    const href = (oid: string) => `http://${request.headers.host}/lfs-content/${oid}`;
    const objects = asked.objects.map(({ oid, size }) =>
      contents.has(oid)
        ? { oid, size, actions: { download: { href: href(oid), header: { authorization: 'RemoteAuth once' } } } }
        : { oid, size, error: { code: 404, message: 'Object does not exist' } },
    );
    response.setHeader('content-type', 'application/vnd.git-lfs+json');
    response.end(JSON.stringify({ transfer: 'basic', objects }));
  }

  return {
    requests,
    put(content) {
      const bytes = Buffer.from(content);
      const oid = createHash('sha256').update(bytes).digest('hex');
      contents.set(oid, bytes);
      return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.length}\n`;
    },
    corrupt(content) {
      corrupted = content;
    },
    answer(request, response) {
      const url = request.url ?? '';
      if (!url.endsWith('/info/lfs/objects/batch') && !url.startsWith('/lfs-content/')) return false;
      requests.push({ line: `${request.method} ${url}`, authorization: request.headers.authorization });
      if (url.endsWith('/batch')) void answerBatch(request, response);
      else if (request.headers.authorization !== 'RemoteAuth once') response.writeHead(403).end();
      else response.end(corrupted ?? contents.get(url.slice('/lfs-content/'.length)));
      return true;
    },
  };
}
