/**
 * Writes packages/web/src/data/schemas.gen.ts: the schemas of the request bodies that the web UI has forms for, so that a form is
 * checked by the rules of the server. With `--check` it writes nothing and fails when the file is not what it would write.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSourceTree } from './checks/source-tree.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const documentFile = join(root, 'packages/api/openapi.json');
const schemasFile = join(root, 'packages/web/src/data/schemas.gen.ts');

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The operations that are named by a call: `useApiForm('createProject', …)`. */
async function operationsInUse(): Promise<readonly string[]> {
  const tree = await openSourceTree(root);
  const sources = tree.files.filter((path) => /^packages\/web\/src\/.*\.tsx?$/.test(path) && !path.includes('.gen.'));
  const calls = sources.flatMap((path) => [...tree.read(path).matchAll(/useApiForm\(\s*'(\w+)'/g)]);
  return [...new Set(calls.map((call) => call[1] ?? ''))].toSorted();
}

function bodySchema(document: { [name: string]: Json }, operationId: string): Json {
  for (const item of Object.values(document.paths as { [path: string]: { [method: string]: Json } })) {
    for (const operation of Object.values(item) as {
      operationId?: string;
      requestBody?: { content: { [type: string]: { schema: Json } } };
    }[]) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      if (operation.operationId === operationId && schema !== undefined) return inline(document, schema);
    }
  }
  throw new Error(`${documentFile} has no operation ${operationId} with a JSON body`);
}

/**
 * Without references, so that the place of a rule is its place in the body; and without what only a reader needs. What has a title
 * is shown to people by it, and keeps its description as well.
 */
function inline(document: Json, schema: Json, depth = 0): Json {
  if (depth > 40) throw new Error('A schema that contains itself cannot be written out.');
  if (Array.isArray(schema)) return schema.map((item) => inline(document, item, depth + 1));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref } = schema;
  if (typeof $ref === 'string') {
    const target = $ref.replace(/^#\//, '').split('/');
    return inline(
      document,
      target.reduce<Json>((at, part) => (at as { [name: string]: Json })[part] ?? null, document),
      depth + 1,
    );
  }
  // Below `properties` a description may be the name of a field.
  const isShown = typeof schema.title === 'string';
  const kept = Object.entries(schema).filter(
    ([name, value]) => !(name === 'description' && typeof value === 'string' && !isShown),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, inline(document, value, depth + 1)]));
}

async function main(check: boolean): Promise<void> {
  const document = JSON.parse(await readFile(documentFile, 'utf8')) as { [name: string]: Json };
  const operations = await operationsInUse();
  const schemas = Object.fromEntries(operations.map((id) => [id, bodySchema(document, id)]));
  const text = `// Written by scripts/generate-web-schemas.ts from the API's document: do not edit.\nexport const bodySchemas = ${JSON.stringify(schemas, null, 2)} as const;\n`;
  const before = await readFile(schemasFile, 'utf8').catch(() => '');
  if (text === before) return;
  if (check) {
    console.error(`${schemasFile} is not what the forms need: node scripts/generate-web-schemas.ts`);
    process.exitCode = 1;
    return;
  }
  await writeFile(`${schemasFile}.new`, text);
  await rename(`${schemasFile}.new`, schemasFile);
}

await main(process.argv.includes('--check'));
