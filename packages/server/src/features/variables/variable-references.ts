/**
 * What a value refers to: a variable of a service of the same environment, (`service: null`) a shared one, or
 * (`service: 'resources.NAME'`) an output of a cloud resource.
 */
export interface VariableReference {
  service: string | null;
  name: string;
}

/** A value taken apart: plain text, and references with the words they were written with. */
export type TemplatePart = { text: string } | { text: string; reference: VariableReference };

/** The word before the dot that means the shared variables, also where a service has this name. */
const sharedWord = 'shared';

// In this order at each place: the escape, what looks like a reference to its first `}}`. Names are judged afterwards, so that a
// wrong one can be told about. The inside is bounded, so that no text keeps the search busy.
const opening = /\$\$\{\{|\$\{\{([^{}\n]{0,400})\}\}/g;
/** Names of services have no dot: this begins the name of a cloud resource. */
const resourceWord = 'resources.';
const insideResource = /^\s*(resources\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.([A-Za-z_][A-Za-z0-9_]{0,254})\s*$/;
const inside = /^\s*([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)\.([A-Za-z_][A-Za-z0-9_]{0,254})\s*$/;

function referenceIn(words: string): VariableReference | undefined {
  const [, service, name] = inside.exec(words) ?? insideResource.exec(words) ?? [];
  if (service === undefined || name === undefined) return undefined;
  return { service: service === sharedWord ? null : service, name };
}

/**
 * Takes a value apart: `${{service.NAME}}` and `${{shared.NAME}}` are references, `$${{` is a literal `${{`, and everything
 * else is the text that it is, also a `${{…}}` that names nothing.
 */
export function parseTemplate(value: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let last = 0;
  for (const match of value.matchAll(opening)) {
    text += value.slice(last, match.index);
    last = match.index + match[0].length;
    const reference = match[1] === undefined ? undefined : referenceIn(match[1]);
    if (reference === undefined) {
      text += match[1] === undefined ? '${{' : match[0];
      continue;
    }
    if (text !== '') parts.push({ text });
    text = '';
    parts.push({ text: match[0], reference });
  }
  text += value.slice(last);
  if (text !== '') parts.push({ text });
  return parts;
}

/** The references of a value, each once, in the order in which they are written. */
export function referencesOf(value: string): VariableReference[] {
  const found = new Map<string, VariableReference>();
  for (const part of parseTemplate(value)) {
    if ('reference' in part) found.set(referenceText(part.reference), part.reference);
  }
  return [...found.values()];
}

/** What looks like a reference and is none: it stays as it is written, which is seldom what was meant. */
export function findMisspelled(value: string): string[] {
  const found = new Set<string>();
  for (const match of value.matchAll(opening)) {
    if (match[1] !== undefined && referenceIn(match[1]) === undefined) found.add(match[0]);
  }
  return [...found];
}

/** The cloud resource whose output a reference is; undefined for one to a variable. */
export function resourceOf({ service }: VariableReference): string | undefined {
  return service?.startsWith(resourceWord) ? service.slice(resourceWord.length) : undefined;
}

/** A reference to an output of a cloud resource. */
export function outputReference(resource: string, name: string): VariableReference {
  return { service: `${resourceWord}${resource}`, name };
}

/** A reference as people write it. */
export function referenceText({ service, name }: VariableReference): string {
  return `\${{${service ?? sharedWord}.${name}}}`;
}
