import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the proxy answers itself. */
export interface ErrorPage {
  status: 200 | 308 | 400 | 404 | 405 | 408 | 429 | 431 | 502 | 503 | 504;
  title: string;
  /** One sentence for a person. */
  detail: string;
  retryAfterSeconds?: number;
  /** Where to go instead. */
  location?: string;
}

/** A short answer in the form that the client reads: JSON (RFC 9457), HTML or text. */
export function sendErrorPage(request: IncomingMessage, response: ServerResponse, page: ErrorPage, id: string): void {
  const accept = request.headers.accept ?? '';
  const [type, body] = render(accept, page, id);
  const content = Buffer.from(body);
  const headers: Record<string, string> = {
    'content-type': type,
    'content-length': String(content.length),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-request-id': id,
  };
  if (page.retryAfterSeconds !== undefined) headers['retry-after'] = String(page.retryAfterSeconds);
  if (page.location !== undefined) headers['location'] = page.location;
  response.writeHead(page.status, headers);
  response.write(content);
}

/** The same for a connection on which no request could be read: there is nobody to answer but the socket. */
export function rawErrorResponse(page: ErrorPage): string {
  const body = `${page.status} ${page.title}\n${page.detail}\n`;
  const location = page.location === undefined ? '' : `Location: ${page.location}\r\n`;
  return (
    `HTTP/1.1 ${page.status} ${page.title}\r\n${location}Content-Type: text/plain; charset=utf-8\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`
  );
}

function render(accept: string, page: ErrorPage, id: string): [type: string, body: string] {
  const { status, title, detail } = page;
  if (/\bapplication\/(?:[\w.-]+\+)?json\b/i.test(accept)) {
    return [
      'application/problem+json',
      `${JSON.stringify({ type: 'about:blank', title, status, detail, requestId: id })}\n`,
    ];
  }
  if (!/\btext\/html\b/i.test(accept)) {
    return ['text/plain; charset=utf-8', `${status} ${title}\n${detail}\nRequest ${id}\n`];
  }
  const html =
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${status} ${title}</title><style>body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto;` +
    `padding:0 1rem;color-scheme:light dark}small{opacity:.6}</style><h1>${status} ${escapeHtml(title)}</h1>` +
    `<p>${escapeHtml(detail)}</p><small>Request ${escapeHtml(id)}</small></html>\n`;
  return ['text/html; charset=utf-8', html];
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
