import { api, type Schemas, unwrap } from './api-client.ts';

/** What a registry of images wants to know of who fetches. */
export interface RegistryLogin {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** A login that was stored by a form which may be sent again. */
export interface StoredLogin extends RegistryLogin {
  readonly id: string;
}

/** Stores a login for the services of one environment; what a former try has stored is used again, or changed. */
export async function storeRegistryLogin(
  login: RegistryLogin,
  to: { name: string; environmentId: string },
  former: StoredLogin | undefined,
): Promise<StoredLogin> {
  const { server, username, password } = login;
  const data = { server, username, password };
  if (former === undefined) {
    const body: Schemas['CreateDockerRegistryCredentialInput'] = { ...to, provider: 'docker_registry', data };
    const { id } = await unwrap(api.POST('/v1/credentials', { body }));
    return { ...data, id };
  }
  const isSame = former.server === server && former.username === username && former.password === password;
  if (!isSame) await unwrap(api.PATCH('/v1/credentials/{id}', { params: { path: { id: former.id } }, body: { data } }));
  return { ...data, id: former.id };
}
