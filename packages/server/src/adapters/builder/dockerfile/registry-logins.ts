import { dockerHubNames, isDockerHub } from '../../../kernel/docker-hub.ts';
import type { RegistryLogin } from '../builder.ts';

/**
 * A credential helper as Docker's and BuildKit's clients call it (https://github.com/docker/docker-credential-helpers): it
 * answers from its environment, so that a password is in no file and in no argument.
 */
export const credentialHelper = `#!/bin/sh
set -eu
case "\${1:-}" in
  get) ;;
  list) echo '{}'; exit 0 ;;
  *) exit 1 ;;
esac
IFS= read -r wanted || [ -n "$wanted" ]
while IFS=' ' read -r server answer; do
  if [ "$server" = "$wanted" ]; then printf '%s\\n' "$answer"; exit 0; fi
done <<LOGINS
\${DAVIT_REGISTRY_LOGINS:-}
LOGINS
# These very words mean that there is none, and the registry is asked without.
echo 'credentials not found in native keychain'
exit 1
`;

/** Its name: what stands behind the prefix is what the configuration calls it by. */
export const CREDENTIAL_HELPER = 'docker-credential-davit';

/** `config.json` of the clients. */
export const clientConfiguration = JSON.stringify({ credsStore: 'davit' });

const namesOfHub = ['https://index.docker.io/v1/', ...dockerHubNames];

/** The environment of {@link credentialHelper}; of two logins for one server the first counts. */
export function loginEnvironment(logins: readonly RegistryLogin[]): Record<string, string> {
  if (logins.length === 0) return {};
  const lines = logins.flatMap(({ server, username, password }) => {
    const names = isDockerHub(server) ? namesOfHub : [server, `https://${server}`];
    return names.map((name) => `${name} ${JSON.stringify({ ServerURL: name, Username: username, Secret: password })}`);
  });
  return { DAVIT_REGISTRY_LOGINS: lines.join('\n') };
}
