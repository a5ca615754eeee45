import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { settingDefaults } from './setting-defaults.ts';

interface Schema {
  properties?: Record<string, Schema>;
  default?: unknown;
}

const document = JSON.parse(await readFile(new URL('../../../../../api/openapi.json', import.meta.url), 'utf8')) as {
  components: { schemas: Record<string, Schema> };
};

test.each(Object.entries(settingDefaults))('the default of %s is %s, as the server has it', (path, value) => {
  const field = path
    .split('.')
    .reduce<Schema | undefined>(
      (schema, name) => schema?.properties?.[name],
      document.components.schemas['ServiceSettings'],
    );
  expect(field?.default).toBe(value);
});
