import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Principal } from '../../platform/http/principal.ts';
import type { Upload, UploadService } from '../uploads/index.ts';
import { type Example, exampleSchema } from './example.ts';
import { packExample } from './example-archive.ts';
import { exampleErrors } from './example-errors.ts';

const catalogue = z.array(exampleSchema);

export type ExampleService = ReturnType<typeof createExampleService>;

/** The examples of the checkout, ready to be deployed. `folder` has one folder for each, and `catalogue.json`, which names them. */
export function createExampleService({ folder, uploads }: { folder: string; uploads: UploadService }) {
  async function list(): Promise<Example[]> {
    return catalogue.parse(JSON.parse(await readFile(join(folder, 'catalogue.json'), 'utf8')));
  }

  return {
    list,

    /** As if the caller had sent the folder of the example. @throws AppError EXAMPLE_NOT_FOUND */
    async upload(principal: Principal, name: string): Promise<Upload> {
      // A name becomes a path only when the catalogue has it.
      const example = (await list()).find((one) => one.name === name);
      if (example === undefined) throw exampleErrors.EXAMPLE_NOT_FOUND();
      return await uploads.store(principal, packExample(join(folder, example.name)));
    },
  };
}
