import { type ServiceFacts, serviceVariables } from '../variables/index.ts';

export interface DavitVariables extends ServiceFacts {
  deploymentId: string;
  commit: { sha: string; message: string | null } | null;
  branch: string | null;
}

/** The variables that davit itself gives to builds and instances. `PORT`, `DAVIT_PROCESS` and `DAVIT_INSTANCE` come with the instance. */
export function davitVariables(facts: DavitVariables): Record<string, string> {
  const variables = { ...serviceVariables(facts), DAVIT_DEPLOYMENT_ID: facts.deploymentId };
  const { commit, branch } = facts;
  return {
    ...variables,
    ...(commit === null ? {} : { DAVIT_GIT_COMMIT: commit.sha }),
    ...(commit === null || commit.message === null ? {} : { DAVIT_GIT_COMMIT_MESSAGE: commit.message }),
    ...(branch === null ? {} : { DAVIT_GIT_BRANCH: branch }),
  };
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
