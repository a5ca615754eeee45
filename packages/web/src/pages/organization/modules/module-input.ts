import { type RepositoryAccess, toCredential } from '../../../ui/repository-access-fields.tsx';
import { type TypedReference, toReference } from './module-reference.ts';

/** What is typed as JSON; null for nothing, undefined for what is no JSON object. */
export function readSchema(text: string): object | null | undefined {
  if (text.trim() === '') return null;
  try {
    const schema: unknown = JSON.parse(text);
    return typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? schema : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with what the API's own schema does not judge, by its place in the form. */
export function kindFaults(typed: {
  name: string;
  reference: TypedReference;
  access: RepositoryAccess;
  schema: string;
}): { name?: string; reference?: string; access?: string; schema?: string } {
  const { name, reference, access, schema } = typed;
  const isPrivate = access.kind === 'token' || access.kind === 'deploy-key';
  return {
    ...(/^[A-Z][A-Za-z0-9]{1,62}$/.test(name) ? {} : { name: 'A capital, then letters and digits: AwsS3Bucket.' }),
    ...(toReference(reference) === undefined
      ? { reference: reference.type === 'commit' ? 'Its hash: seven or more of 0-9 and a-f.' : 'Needed.' }
      : {}),
    ...(isPrivate && toCredential(access) === undefined ? { access: 'Needed.' } : {}),
    ...(readSchema(schema) === undefined ? { schema: 'No JSON object.' } : {}),
  };
}
