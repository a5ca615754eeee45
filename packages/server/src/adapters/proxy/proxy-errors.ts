import { defineErrors } from '../../kernel/app-error.ts';

export const proxyErrors = defineErrors({
  PROXY_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The proxy does not answer.',
    hint: 'Start Caddy, and check that CADDY_ADMIN_URL is the address of its Admin API. Services that it serves already are not concerned.',
  },
  PROXY_CONFIGURATION_REFUSED: {
    kind: 'failed_precondition',
    message: 'Caddy refuses davit’s part of its configuration.',
    hint: 'Where it says that an address is in use or a listener is repeated, take the sites of those ports out of Caddy’s own configuration, or set CADDY_HTTP_PORT and CADDY_HTTPS_PORT.',
  },
  PROXY_CONFIGURATION_FOREIGN: {
    kind: 'failed_precondition',
    message: 'Caddy’s configuration decides by something else which names get certificates on demand.',
    hint: 'Take `on_demand_tls` out of Caddy’s own configuration: davit says which names may have a certificate.',
  },
  PROXY_CERTIFICATE_MISSING: {
    kind: 'unavailable',
    message: 'There is no certificate for this name yet.',
    hint: 'Check that the name leads to this machine, that ports 80 and 443 are reached from outside, and Caddy’s log; davit tries again by itself.',
  },
});
