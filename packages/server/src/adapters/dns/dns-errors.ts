import { defineErrors } from '../../kernel/app-error.ts';

export const dnsErrors = defineErrors({
  DNS_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The DNS resolver does not answer.',
    hint: 'Try again in a minute. If it stays, whoever runs davit checks DNS_RESOLVER, or the resolver of the machine.',
  },
});
