import { defineErrors } from '../../kernel/app-error.ts';

export const domainErrors = defineErrors({
  DOMAIN_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such domain.',
    hint: 'List the domains of the service with `davit domain list`.',
  },
  DOMAIN_NAME_INVALID: {
    kind: 'invalid_argument',
    message: 'The domain is no host name that can lead to a service.',
    hint: 'Give a host name such as www.example.com, without http:// and without a port.',
  },
  DOMAIN_RESERVED: {
    kind: 'failed_precondition',
    message: 'The domain is the platform’s own.',
    hint: 'Choose a name of a domain of your own; names below BASE_DOMAIN are given by davit.',
  },
  DOMAIN_TAKEN: {
    kind: 'already_exists',
    message: 'The domain leads to another service of this installation.',
    hint: 'Remove it there first. Where another organization has it and its DNS no longer leads there, it is free after a week.',
  },
  DOMAIN_EXISTS: {
    kind: 'already_exists',
    message: 'Your organization has this domain already.',
    hint: 'Remove it from the service that has it first: `davit domain list`.',
  },
  DOMAIN_SERVICE_NOT_WEB: {
    kind: 'failed_precondition',
    message: 'Only a web service can have a domain: the others take no requests.',
    hint: 'Add the domain to a service of the kind `web`.',
  },
  DOMAIN_TOO_MANY: {
    kind: 'resource_exhausted',
    message: 'The service has as many domains as a service can have.',
    hint: 'Remove those that are not needed.',
  },
  DOMAIN_REDIRECT_INVALID: {
    kind: 'invalid_argument',
    message: 'A domain can only be sent on to another domain of the same service, which is not sent on itself.',
    hint: 'Name a domain of this service that serves it.',
  },
  DOMAIN_NOT_VERIFIED: {
    kind: 'failed_precondition',
    message: 'DNS does not show yet that the domain is yours.',
    hint: 'Make the records that `davit domain list` names; a change takes minutes to be seen. davit looks again by itself.',
  },
});
