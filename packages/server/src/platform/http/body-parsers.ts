import type { FastifyInstance } from 'fastify';
import { rawContentTypes } from './route-definition.ts';

/** JSON (an empty body is no body), and raw bytes as a stream. Everything else is a 415. */
export function registerBodyParsers(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body, done);
  });
  app.addContentTypeParser([...rawContentTypes], (_request, payload, done) => done(null, payload));
}
