import { isRegistryHost, repositoryOf } from '../../../kernel/image-name.ts';
import { OWN, UNKNOWN } from './expand-word.ts';

/** The host of an image’s registry, without its port; undefined: that of Docker Hub. */
export function registryHost(image: string): string | undefined {
  const [first = '', ...rest] = image.split('/');
  // Behind the host too: it could be what another service was built to. A tag says nothing, unless it may be a port.
  if (/[\0\x01]/.test(repositoryOf(image)) || first.includes(UNKNOWN)) return UNKNOWN;
  if (rest.length === 0) return undefined;
  if (first.includes(OWN)) return UNKNOWN;
  if (!isRegistryHost(first)) return undefined;
  return first.replace(/:\d+$/, '');
}

/** The host of what ADD fetches; undefined: it is a file of the source. */
export function remoteHost(written: string): string | undefined {
  const source = written.replaceAll(OWN, '');
  const [, url] = /^(?:[a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/i.exec(source) ?? [];
  const hides = (/^[^/]*\/\/[^/]*|^[^:]*/.exec(written)?.[0] ?? '').includes(OWN);
  if (url !== undefined)
    return url.includes(UNKNOWN) || hides ? UNKNOWN : url.replace(/^.*@/s, '').replace(/:\d*$/, '');
  const [, scp] = /^[\w.-]+@([^:/]+):/.exec(source) ?? [];
  if (scp !== undefined) return scp.includes(UNKNOWN) || hides ? UNKNOWN : scp;
  // What is not known may be a whole address.
  return source.startsWith(UNKNOWN) || source.slice(0, source.search(/[/.]|$/)).includes(UNKNOWN) ? UNKNOWN : undefined;
}
