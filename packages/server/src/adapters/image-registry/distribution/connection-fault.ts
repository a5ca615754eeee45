import { AppError } from '../../../kernel/app-error.ts';
import type { RegistryVerdict } from '../image-registry.ts';

/** The system's code for what went wrong, however deep it is. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (code !== undefined && !(at instanceof AppError)) return code;
  }
  return '';
}

const untrusted = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT)/;

/**
 * Why a registry could not be spoken with, in one sentence, and what to do.
 *
 * @param address what says where it is: the name of a setting
 */
export function connectionFault(host: string, address: string, error: unknown): RegistryVerdict {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return {
      ok: false,
      detail: `There is no host with the name ${host} (${code}).`,
      mend: `Check ${address}, and the DNS of this machine.`,
    };
  if (untrusted.test(code)) {
    return {
      ok: false,
      detail: `The certificate of ${host} is not trusted (${code}).`,
      mend: 'Add its authority to the file of EXTRA_CA_FILE, and to what the Docker Engine trusts (/etc/docker/certs.d).',
    };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return {
      ok: false,
      detail: `${host} speaks no TLS.`,
      mend: `Check its port, or write http:// in ${address} for a registry on this machine.`,
    };
  if (code === 'ECONNREFUSED')
    return {
      ok: false,
      detail: `Nothing listens at ${host}.`,
      mend: `Check the port in ${address}, and whether the registry runs.`,
    };
  const why = error instanceof AppError ? error.message : 'it does not answer';
  return {
    ok: false,
    detail: `${host} cannot be reached: ${why}`,
    mend: `Check ${address}, and the network between this machine and the registry.`,
  };
}
