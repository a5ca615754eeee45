import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { acceptedEncodings } from './accepted-encodings.ts';

/** Must be registered before the routes that it is to describe. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'davit',
        version,
        description:
          'Self-hosted deployment platform: source or a manifest in, something running, reachable and watched out.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'An access token from /auth/login, or an API token (`dvt_…`).',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** `/openapi.json`, made at its first request and kept, compressed too, and `/docs`, which shows it. */
export async function serveOpenApi(app: FastifyInstance): Promise<void> {
  let contents: Promise<Contents> | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async ({ headers }, reply) => {
    const made = await (contents ??= compressed(JSON.stringify(tidy(app.swagger()))));
    const encoding = acceptedEncodings(headers['accept-encoding'])[0] ?? 'identity';
    // Said also where it is plain, so that nothing is compressed again on the way.
    reply.header('vary', 'accept-encoding').header('content-encoding', encoding);
    return reply.type('application/json').send(made[encoding]);
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { url: '/openapi.json' },
    logLevel: 'silent',
  });
}

type Contents = Record<'identity' | 'br' | 'gzip', Buffer>;

async function compressed(text: string): Promise<Contents> {
  const identity = Buffer.from(text);
  const params = { [zlib.BROTLI_PARAM_QUALITY]: 5 };
  const [br, gzipped] = await Promise.all([promisify(brotliCompress)(identity, { params }), promisify(gzip)(identity)]);
  return { identity, br, gzip: gzipped };
}

/** Removes the components that nothing refers to: every named schema comes once for input and once for output. */
function tidy(document: object): object {
  const { components, ...rest } = document as { components?: { schemas?: Record<string, unknown> } };
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? {});
    }
  };
  visit(rest);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  return { ...rest, components: { ...components, schemas: kept } };
}
