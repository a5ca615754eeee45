/** What one cookie was set with. */
export interface SetCookie {
  value: string;
  attributes: string[];
}

/** A browser as far as sessions go: keeps cookies by path and sends the origin of the page that it is on. */
export function createBrowser(baseUrl: string, page = baseUrl) {
  const jar = new Map<string, { value: string; path: string }>();

  function keep(response: Response): Map<string, SetCookie> {
    const set = new Map<string, SetCookie>();
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', value = ''] = pair.split('=');
      const path = attributes.find((one) => one.startsWith('Path='))?.slice('Path='.length) ?? '/';
      if (attributes.includes('Max-Age=0')) jar.delete(name);
      else jar.set(name, { value, path });
      set.set(name, { value, attributes });
    }
    return set;
  }

  const cookiesFor = (path: string) =>
    [...jar]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');

  return {
    jar,
    async fetch(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
      const cookie = cookiesFor(path);
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          ...(cookie === '' ? {} : { cookie }),
          ...(method === 'GET' ? {} : { origin: page }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
        cookies: keep(response),
      };
    },
  };
}
