import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';

const variablesColumn = (organizationId: string, releaseId: string) => ({
  organizationId,
  table: 'releases',
  column: 'variables',
  rowId: releaseId,
});

/** Encrypts the variables of a release, as they are now. */
export async function sealVariables(
  secretBox: SecretBox,
  db: Db,
  organizationId: string,
  releaseId: string,
  variables: Record<string, string>,
): Promise<Buffer> {
  return await secretBox.seal(db, variablesColumn(organizationId, releaseId), JSON.stringify(variables));
}

/** The variables that a release was made with. */
export async function openVariables(
  secretBox: SecretBox,
  db: Db,
  release: { id: string; organizationId: string; variables: Buffer },
): Promise<Record<string, string>> {
  const text = await secretBox.open(db, variablesColumn(release.organizationId, release.id), release.variables);
  return JSON.parse(text.toString('utf8')) as Record<string, string>;
}

export interface DavitVariables {
  service: { id: string; name: string; url: string | null };
  project: string;
  environment: string;
  deploymentId: string;
  commit: { sha: string; message: string | null } | null;
  branch: string | null;
}

/** The variables that davit itself gives to builds and instances. `PORT`, `DAVIT_PROCESS` and `DAVIT_INSTANCE` come with the instance. */
export function davitVariables(facts: DavitVariables): Record<string, string> {
  const variables: Record<string, string> = {
    DAVIT: '1',
    DAVIT_SERVICE_ID: facts.service.id,
    DAVIT_SERVICE_NAME: facts.service.name,
    DAVIT_PROJECT_NAME: facts.project,
    DAVIT_ENVIRONMENT_NAME: facts.environment,
    DAVIT_DEPLOYMENT_ID: facts.deploymentId,
  };
  if (facts.service.url !== null) {
    variables.DAVIT_PUBLIC_URL = facts.service.url;
    variables.DAVIT_PUBLIC_DOMAIN = new URL(facts.service.url).host;
  }
  if (facts.commit !== null) {
    variables.DAVIT_GIT_COMMIT = facts.commit.sha;
    if (facts.commit.message !== null) variables.DAVIT_GIT_COMMIT_MESSAGE = facts.commit.message;
  }
  if (facts.branch !== null) variables.DAVIT_GIT_BRANCH = facts.branch;
  return variables;
}

const plainWord = /^[A-Za-z-]{1,19}$/;
const plainNumber = /^[\d.]{1,15}$/;

/**
 * The values to hide in output. Short ones, plain words and numbers would hide half of every log and are no secrets; a word of
 * twenty letters or a number of sixteen digits may be one.
 */
export function secretValues(variables: Readonly<Record<string, string>>): string[] {
  return Object.values(variables).filter(
    (value) => value.length >= 8 && !plainWord.test(value) && !plainNumber.test(value),
  );
}
