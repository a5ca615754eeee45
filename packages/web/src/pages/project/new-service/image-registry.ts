const dockerHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

/** The registry that an image comes from: the host in its name, Docker Hub where it names none. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.trim().split('/');
  const isHost = rest.length > 0 && (first === 'localhost' || /[.:]/.test(first));
  return isHost ? first : 'docker.io';
}

/** Docker Hub has several names. */
export function isSameRegistry(one: string, other: string): boolean {
  return one === other || (dockerHub.includes(one) && dockerHub.includes(other));
}

/** The name that an image suggests for its service: the last part, without tag and digest. */
export function nameInImage(image: string): string {
  return (
    image
      .trim()
      .replace(/@.*$/, '')
      .replace(/:[^:/]*$/, '')
      .split('/')
      .at(-1) ?? ''
  );
}

/** A name for the credential of a registry, which people can tell from others. */
export function credentialNameFor(registry: string, service: string): string {
  return `${registry}-${service}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
}
