import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltInKind } from '@davit/modules';
import { z } from 'zod';
import { findMeantName } from '../../kernel/nearest-names.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import { type Kind, type KindDetail, type KindModule, type KindView, moduleSource, type Provider } from './kind.ts';
import { kindErrors } from './kind-errors.ts';
import { createModuleSecrets } from './kind-secrets.ts';
import {
  deleteKindModule,
  type KindModuleRow,
  listAllModuleSources,
  listKindModules,
  upsertKindModule,
} from './kind-store.ts';
import type { ReadManifest } from './manifest.ts';
import { orderManifests } from './manifest-graph.ts';
import { readManifests } from './read-manifests.ts';
import { jsonSchemaOf, listFields } from './schema-fields.ts';

export interface KindServiceOptions {
  db: Db;
  secretBox: SecretBox;
  /** Asked once, and only when a kind is wanted: who has no cloud resource needs none of them (3 MiB). */
  loadBuiltIn: () => Promise<readonly BuiltInKind[]>;
  /** Judges where a module is. @throws AppError naming the field */
  checkSource: (source: Pick<KindModule, 'url' | 'reference' | 'folder'>) => void;
}

export type KindService = ReturnType<typeof createKindService>;

function builtInKind({ definition, folder }: BuiltInKind): Kind {
  const { name, provider, summary, spec, outputs } = definition;
  const module = { type: 'built-in', folder } as const;
  const plain = { hasSourceCredential: false, hasOwnSchema: false, updatedAt: null };
  return { name, provider, summary, spec, outputs, module, ...plain };
}

/** @throws AppError KIND_MODULE_SCHEMA_INVALID */
function specOf(schema: Record<string, unknown>): Kind['spec'] {
  try {
    const spec = z.fromJSONSchema(schema);
    if (spec instanceof z.ZodObject || spec instanceof z.ZodRecord) return spec;
  } catch (cause) {
    throw kindErrors.KIND_MODULE_SCHEMA_INVALID({
      cause,
      fields: [{ pointer: '/specSchema', detail: 'no JSON Schema' }],
    });
  }
  throw kindErrors.KIND_MODULE_SCHEMA_INVALID({ fields: [{ pointer: '/specSchema', detail: 'must be of an object' }] });
}

/** A module from a repository takes the place of davit's own, but not its right to act as who asked. */
function ownProvider(base: Kind | undefined): Provider | null {
  const provider = base?.provider ?? null;
  return provider === 'davit' ? null : provider;
}

function ownKind(row: KindModuleRow, base: Kind | undefined): Kind {
  const schema = row.specSchema as Record<string, unknown> | null;
  const anything = z.record(z.string(), z.json()) as unknown as Kind['spec'];
  return {
    name: row.kind,
    provider: (row.provider as Provider | null) ?? ownProvider(base),
    summary: row.summary === '' ? (base?.summary ?? '') : row.summary,
    spec: schema === null ? (base?.spec ?? anything) : specOf(schema),
    outputs: base?.outputs ?? {},
    module: { type: 'git', ...moduleSource.parse(row.source) },
    hasSourceCredential: row.sourceSecret !== null,
    hasOwnSchema: schema !== null,
    updatedAt: row.updatedAt,
  };
}

function present({ name, provider, summary, module, hasSourceCredential, hasOwnSchema, updatedAt }: Kind): KindView {
  const { type, ...source } = module;
  const shown = type === 'git' ? (source as KindView['module']) : null;
  return { name, provider, summary, module: shown, hasSourceCredential, hasOwnSchema, updatedAt };
}

/** The kinds of an organization: davit's built-in ones, and those it has a module of its own for. */
export function createKindService({ db, secretBox, loadBuiltIn, checkSource }: KindServiceOptions) {
  const moduleSecrets = createModuleSecrets(secretBox);
  let loaded: Promise<ReadonlyMap<string, Kind>> | undefined;

  async function load(): Promise<ReadonlyMap<string, Kind>> {
    return new Map((await loadBuiltIn()).map((each) => [each.definition.name, builtInKind(each)]));
  }

  async function kindsOf(organizationId: string): Promise<ReadonlyMap<string, Kind>> {
    loaded ??= load();
    const known = await loaded;
    const kinds = new Map(known);
    for (const row of await listKindModules(db, organizationId)) kinds.set(row.kind, ownKind(row, known.get(row.kind)));
    return kinds;
  }

  async function get(organizationId: string, name: string): Promise<Kind> {
    const kinds = await kindsOf(organizationId);
    const kind = kinds.get(name);
    if (kind !== undefined) return kind;
    const meant = findMeantName(name, [...kinds.keys()]);
    const end = meant === undefined ? '.' : `; did you mean ${meant}?`;
    throw kindErrors.KIND_NOT_FOUND({ message: `There is no kind "${name.slice(0, 100)}"${end}` });
  }

  return {
    /** @throws AppError KIND_NOT_FOUND, with the name that was most likely meant */
    get,

    async list(organizationId: string): Promise<KindView[]> {
      return [...(await kindsOf(organizationId)).values()].map(present);
    },

    async explain(organizationId: string, name: string): Promise<KindDetail> {
      const kind = await get(organizationId, name);
      const sample =
        kind.module.type === 'built-in' ? await readFile(join(kind.module.folder, 'sample.yaml'), 'utf8') : null;
      return {
        ...present(kind),
        fields: listFields(kind.spec),
        outputs: { ...kind.outputs },
        specSchema: jsonSchemaOf(kind.spec),
        sample,
      };
    },

    /** Points a kind at the organization's own module, also one that davit knows itself. */
    async setModule(organizationId: string, name: string, module: KindModule): Promise<KindView> {
      checkSource(module);
      if (module.specSchema !== null) specOf(module.specSchema);
      await db.transaction().execute(async (trx) => {
        const secret = await moduleSecrets.next(trx, { organizationId, kind: name, module });
        await upsertKindModule(trx, organizationId, name, module, secret);
      });
      return present(await get(organizationId, name));
    },

    /** Of all organizations, for what keeps house over their copies. */
    async listModuleSources() {
      const rows = await listAllModuleSources(db);
      return rows.map(({ organizationId, source }) => ({ organizationId, ...moduleSource.parse(source) }));
    },

    /** What the repository of a kind's module is read with, for the fetch alone, and only for the URL it was given for. */
    openModuleCredential: (organizationId: string, kind: string, url: string) =>
      moduleSecrets.open(db, { organizationId, kind, url }),

    /** @throws AppError KIND_NOT_FOUND when the organization has no module for it */
    async deleteModule(organizationId: string, name: string): Promise<void> {
      if (!(await deleteKindModule(db, organizationId, name))) throw kindErrors.KIND_NOT_FOUND();
    },

    /**
     * Reads a YAML text: its manifests in waves, each of which needs only outputs of those before.
     *
     * @throws AppError MANIFEST_INVALID
     */
    async readManifests(organizationId: string, text: string): Promise<ReadManifest[][]> {
      return orderManifests(readManifests(text, await kindsOf(organizationId)));
    },
  };
}
