import { STATUS_CODES } from 'node:http';
import { connectionOptions, isHopByHop } from './hop-by-hop.ts';

/** Fields as undici gives them: names in lower case, repeated ones as a list. */
export type ResponseFields = Record<string, string | string[] | undefined>;

/** Characters that Node refuses in a reason phrase or a field value that was read as Latin-1. */
const NOT_A_PHRASE = /[^\t\x20-\x7e\x80-\xff]/;

/** The reason phrase of the upstream, or the standard one when it cannot be sent on. */
export function reasonPhrase(status: number, phrase: string | undefined): string {
  const standard = STATUS_CODES[status];
  if (phrase === undefined || phrase === standard) return standard ?? '';
  return NOT_A_PHRASE.test(phrase) ? (standard ?? '') : phrase;
}

/** The fields of a response for the client, flat: hop-by-hop fields left out, those of the route put over the instance's. */
export function responseHeaders(
  headers: ResponseFields,
  keepTrailer: boolean,
  own?: Readonly<Record<string, string>>,
): string[] {
  const flat: string[] = [];
  const { connection } = headers;
  const dropped = connection === undefined ? undefined : connectionOptions(String(connection));
  const replaced = own && new Set(Object.keys(own).map((name) => name.toLowerCase()));
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || isHopByHop(name) || dropped?.includes(name)) continue;
    if ((name === 'trailer' && !keepTrailer) || replaced?.has(name)) continue;
    if (typeof value === 'string') flat.push(name, value);
    else for (const each of value) flat.push(name, each);
  }
  for (const name in own) flat.push(name, own[name] as string);
  return flat;
}
