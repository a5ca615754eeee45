/** A field of a provider, as the command line asks for it. */
export interface ProviderField {
  /** As the API spells it. */
  name: string;
  isSecret: boolean;
  isOptional: boolean;
  meaning: string;
}

const field = (name: string, meaning: string): ProviderField => ({ name, meaning, isSecret: false, isOptional: false });
const secret = (name: string, meaning: string): ProviderField => ({ ...field(name, meaning), isSecret: true });
const optional = (one: ProviderField): ProviderField => ({ ...one, isOptional: true });

/** What each provider wants; a test holds it together with the server's schemas. */
export const providerFields: Readonly<Record<string, readonly ProviderField[]>> = {
  gcp: [secret('serviceAccountKeyBase64', 'JSON key of a service account; a file is encoded by itself')],
  aws: [
    field('accountId', 'the 12 digits of the account'),
    field('accessKeyId', 'AKIA… or ASIA…'),
    secret('secretAccessKey', 'what belongs to the access key'),
    optional(field('region', 'where it works unless a manifest says otherwise')),
    optional(secret('sessionToken', 'of temporary keys')),
  ],
  azure: [
    field('clientId', 'of the application'),
    secret('clientSecret', 'of the application'),
    field('tenantId', 'of the directory'),
    field('subscriptionId', 'where it works'),
  ],
  cloudflare: [secret('apiToken', 'an API token'), optional(field('accountId', 'for tokens that an account owns'))],
  mongodb_atlas: [field('publicKey', 'of the API key'), secret('privateKey', 'of the API key')],
  confluent: [field('apiKey', 'a cloud API key'), secret('apiSecret', 'of the API key')],
  snowflake: [
    field('account', 'ORGANIZATION-ACCOUNT'),
    field('username', 'who signs in'),
    secret('privateKey', 'RSA in PEM, without a passphrase'),
    optional(field('role', 'in place of the default one')),
    optional(field('warehouse', 'in place of the default one')),
  ],
  digitalocean: [
    secret('token', 'an access token'),
    optional(field('spacesAccessId', 'of a Spaces key')),
    optional(secret('spacesSecretKey', 'of a Spaces key')),
  ],
  civo: [secret('token', 'an API key'), optional(field('region', 'such as LON1'))],
  kubernetes: [
    secret('kubeconfigBase64', 'a kubeconfig; a file is encoded by itself'),
    optional(field('context', 'in place of the current one')),
  ],
  docker_registry: [
    field('server', 'host name, with :PORT where it needs one'),
    field('username', 'who signs in'),
    secret('password', 'a password or token'),
  ],
};

/** `secretAccessKey` → `secret-access-key` */
export const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
