import { randomInt } from 'node:crypto';
import { AppError } from '../../kernel/app-error.ts';
import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import { onViolation } from '../../platform/db/constraint.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { ProjectService } from '../projects/index.ts';
import { isSameCreation, projectErrors } from '../projects/index.ts';
import type {
  CreateService,
  DefaultLimits,
  Service,
  ServiceKind,
  ServiceSource,
  SourceCredential,
  UpdateService,
} from './service.ts';
import { serviceErrors } from './service-errors.ts';
import { mergeSettings, type ServiceSettings, serviceSettings } from './service-settings.ts';
import {
  findService,
  findServiceByName,
  findServiceForUpdate,
  insertService,
  isHostLabelTaken,
  listPeers,
  listServices,
  lockHostLabels,
  type ServiceRow,
  updateService,
} from './service-store.ts';

/** What this server's runtime can do; settings that ask for more are refused when they are written. */
export interface RuntimeAbilities {
  /** Of services that are built here, where they can become containers; an image always may have one. */
  fixedPort: boolean;
  dockerfile: boolean;
  /** Runs images that were built elsewhere. */
  images: boolean;
}

export interface ServiceServiceOptions {
  db: Db;
  secretBox: SecretBox;
  projects: ProjectService;
  abilities: RuntimeAbilities;
  defaultLimits: DefaultLimits;
  /** Judges a source's URL and references. @throws AppError naming the field */
  checkSource(source: ServiceSource): void;
  /** The public address of a host label. */
  urlOf(hostLabel: string): string;
}

const secretColumn = (row: { id: string; organizationId: string }) => ({
  organizationId: row.organizationId,
  table: 'services',
  column: 'source_secret',
  rowId: row.id,
});

// Labels of host names have at most 63 characters; a dash and a number of six digits must fit behind it.
const longestBase = 56;

// Host labels are one name space for the whole platform; a number is added where the plain name is taken, or was another's.
async function chooseHostLabel(
  trx: Tx,
  { organizationId, name, environment }: { organizationId: string; name: string; environment: string },
): Promise<string> {
  await lockHostLabels(trx);
  const whole = environment === 'production' ? name : `${name}-${environment}`;
  const base = whole.slice(0, longestBase).replace(/-+$/, '');
  for (const label of [base, ...Array.from({ length: 20 }, () => `${base}-${randomInt(1000, 1_000_000)}`)]) {
    if (!(await isHostLabelTaken(trx, organizationId, label))) return label;
  }
  throw serviceErrors.SERVICE_NAME_TAKEN();
}

interface Checked {
  kind: ServiceKind;
  source: ServiceSource;
  settings: ServiceSettings;
}

function checkSettings({ kind, source, settings }: Checked, abilities: RuntimeAbilities): void {
  const wrong = (pointer: string, detail: string) => ({ fields: [{ pointer: `/settings/${pointer}`, detail }] });
  if ((kind === 'cron') !== (settings.schedule !== null)) {
    throw serviceErrors.SERVICE_SCHEDULE_MISSING(
      wrong('schedule', kind === 'cron' ? 'is missing' : 'is for cron services'),
    );
  }
  if (source.type === 'image' && !abilities.images) {
    const fields = [{ pointer: '/source/type', detail: 'needs a Docker engine' }];
    throw serviceErrors.SERVICE_IMAGE_UNSUPPORTED({ fields });
  }
  if (settings.port !== null && !abilities.fixedPort && source.type !== 'image') {
    throw serviceErrors.SERVICE_PORT_UNSUPPORTED(wrong('port', 'cannot be fixed with this runtime'));
  }
  const { builder, dockerfilePath, target, buildArgs, platform } = settings.build;
  const ofImages = {
    builder,
    dockerfilePath,
    target,
    buildArgs: Object.keys(buildArgs).length === 0 ? null : buildArgs,
    platform,
  };
  const [first] = Object.entries(ofImages).filter(([, value]) => value !== null);
  if (first !== undefined && !abilities.dockerfile)
    throw serviceErrors.SERVICE_DOCKERFILE_UNSUPPORTED(wrong(`build/${first[0]}`, 'needs a runtime for containers'));
}

export type ServiceService = ReturnType<typeof createServiceService>;

/** Services and their settings. What runs is the business of deployments; here is what should. */
export function createServiceService(options: ServiceServiceOptions) {
  const { db, secretBox, projects, abilities } = options;

  function present(row: ServiceRow): Service {
    return {
      id: row.id,
      projectId: row.projectId,
      environmentId: row.environmentId,
      name: row.name,
      kind: row.kind as ServiceKind,
      url: row.hostLabel === null ? null : options.urlOf(row.hostLabel),
      source: row.source as ServiceSource,
      hasSourceCredential: row.sourceSecret !== null,
      settings: serviceSettings.parse(row.settings),
      defaultLimits: options.defaultLimits,
      desiredState: row.desiredState as Service['desiredState'],
      activeReleaseId: row.activeReleaseId,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    };
  }

  async function getRow(organizationId: string, id: string): Promise<ServiceRow> {
    const row = await findService(db, organizationId, id);
    if (row === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
    return row;
  }

  async function environmentFor(organizationId: string, projectId: string, environmentId: string | undefined) {
    const project = await projects.get(organizationId, projectId);
    if (environmentId === undefined && project.environments[0] !== undefined) return project.environments[0];
    const environment = project.environments.find(({ id }) => id === environmentId);
    if (environment === undefined) throw projectErrors.ENVIRONMENT_NOT_FOUND();
    return environment;
  }

  return {
    /** A row that was read before, as its readers see it. */
    present,

    get: async (organizationId: string, id: string): Promise<Service> => present(await getRow(organizationId, id)),

    async list(
      organizationId: string,
      projectId: string,
      page: {
        limit: number;
        before?: string | undefined;
        environmentId?: string | undefined;
        name?: string | undefined;
      },
    ): Promise<Service[]> {
      await projects.get(organizationId, projectId);
      const { limit, before, environmentId, name } = page;
      return (await listServices(db, organizationId, projectId, { limit: limit + 1, before, environmentId, name })).map(
        present,
      );
    },

    /** The services of an environment by name and address, but those that are being deleted. */
    async listPeers(
      organizationId: string,
      environmentId: string,
    ): Promise<{ id: string; name: string; url: string | null }[]> {
      const rows = await listPeers(db, organizationId, environmentId);
      return rows.map(({ id, name, hostLabel }) => ({
        id,
        name,
        url: hostLabel === null ? null : options.urlOf(hostLabel),
      }));
    },

    async create(organizationId: string, projectId: string, input: CreateService): Promise<Service> {
      const environment = await environmentFor(organizationId, projectId, input.environmentId);
      const settings = mergeSettings(serviceSettings.parse({}), input.settings);
      checkSettings({ kind: input.kind, source: input.source, settings }, abilities);
      options.checkSource(input.source);
      const id = createId('svc');
      const insert = () =>
        db.transaction().execute(async (trx) => {
          const sourceSecret =
            input.sourceCredential === undefined
              ? null
              : await secretBox.seal(trx, secretColumn({ id, organizationId }), JSON.stringify(input.sourceCredential));
          return await insertService(trx, {
            id,
            organizationId,
            projectId,
            environmentId: environment.id,
            name: input.name,
            kind: input.kind,
            hostLabel:
              input.kind === 'web'
                ? await chooseHostLabel(trx, { organizationId, name: input.name, environment: environment.name })
                : null,
            source: JSON.stringify(input.source),
            sourceSecret,
            settings: JSON.stringify(settings),
            creationKey: input.creationKey ?? null,
          });
        });
      // Whoever deletes the project or the environment meanwhile wins.
      const row = await onViolation('services_project_id_fkey', projectErrors.PROJECT_NOT_FOUND, () =>
        onViolation('services_environment_id_fkey', projectErrors.ENVIRONMENT_NOT_FOUND, () =>
          onViolation('services_name_key', serviceErrors.SERVICE_NAME_TAKEN, insert),
        ),
      ).catch(async (error: unknown) => {
        if (AppError.from(error).code !== 'SERVICE_NAME_TAKEN') throw error;
        const existing = await findServiceByName(db, organizationId, environment.id, input.name);
        if (!isSameCreation(existing, input.creationKey) || existing.desiredState === 'deleted') throw error;
        return existing;
      });
      return present(row);
    },

    async update(organizationId: string, id: string, input: UpdateService): Promise<Service> {
      const change = () =>
        db.transaction().execute(async (trx) => {
          const row = await findServiceForUpdate(trx, organizationId, id);
          if (row === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
          if (row.desiredState === 'deleted') throw serviceErrors.SERVICE_BEING_DELETED();
          const settings = mergeSettings(serviceSettings.parse(row.settings), input.settings ?? {});
          const source = input.source ?? (row.source as ServiceSource);
          checkSettings({ kind: row.kind as ServiceKind, source, settings }, abilities);
          if (input.source !== undefined) options.checkSource(input.source);
          return await updateService(trx, organizationId, id, {
            name: input.name ?? row.name,
            settings: JSON.stringify(settings),
            source: JSON.stringify(input.source ?? row.source),
            sourceSecret: await nextSecret(trx, row, input),
          });
        });
      return present(await onViolation('services_name_key', serviceErrors.SERVICE_NAME_TAKEN, change));
    },

    /**
     * The credential of a private repository, for the fetch alone. Only for the URL that it was given for: a deployment that
     * was asked for before the service got another URL must not hand the new one's credential to the old host.
     */
    async openSourceCredential(organizationId: string, id: string, url: string): Promise<SourceCredential | undefined> {
      const row = await getRow(organizationId, id);
      const source = row.source as ServiceSource;
      if (row.sourceSecret === null || source.type !== 'git' || source.url !== url) return undefined;
      const text = await secretBox.open(db, secretColumn(row), row.sourceSecret);
      return JSON.parse(text.toString('utf8')) as SourceCredential;
    },
  };

  // A stored credential belongs to the repository it was given for: a new URL must not receive it.
  async function nextSecret(trx: Db, row: ServiceRow, input: UpdateService): Promise<Buffer | null> {
    if (input.sourceCredential !== undefined) {
      if (input.sourceCredential === null) return null;
      return await secretBox.seal(trx, secretColumn(row), JSON.stringify(input.sourceCredential));
    }
    const former = row.source as ServiceSource;
    const repointed =
      input.source !== undefined &&
      !(input.source.type === 'git' && former.type === 'git' && input.source.url === former.url);
    return repointed ? null : row.sourceSecret;
  }
}
