import { createHash } from 'node:crypto';
import { isReserved } from './variable.ts';
import { parseTemplate, referenceText, resourceOf, type VariableReference } from './variable-references.ts';

/** A variable as the graph of an environment holds it: without its value. */
export interface GraphVariable {
  id: string;
  /** Of the value as it is written, keyed: see SecretBox.digest. */
  digest: string;
  references: readonly VariableReference[];
}

/** A service of the environment: its own variables, and those of davit's that belong to it and not to one deployment. */
export interface GraphService {
  id: string;
  name: string;
  own: ReadonlyMap<string, GraphVariable>;
  davit: ReadonlyMap<string, string>;
}

/** All variables of one environment. */
export interface VariableGraph {
  shared: ReadonlyMap<string, GraphVariable>;
  /** By name, as references have it. */
  services: ReadonlyMap<string, GraphService>;
  /** Outputs of cloud resources, by name of the resource; they refer to nothing. */
  resources: ReadonlyMap<string, ReadonlyMap<string, GraphVariable>>;
}

/** How a value is made of what it refers to. */
export interface Fold<T> {
  davit(value: string): T;
  /** `referred` holds what each reference came to, by its canonical text. May throw a ReferenceFault. */
  variable(variable: GraphVariable, referred: ReadonlyMap<string, T>, holder: string): T;
}

/** Why a value cannot be made; the message is one sentence for people. */
export class ReferenceFault extends Error {}

/** A chain of references may be this long; no real one is, and a walk must end. */
const longestChain = 50;
/** As a written value: what a process is given has the same limit. */
const largestValue = 65_536;

/** A variable in words: `URL of api`, `the shared variable REGION`. */
function nameOf({ service, name }: VariableReference): string {
  const resource = resourceOf({ service, name });
  if (resource !== undefined) return `the output ${name} of the cloud resource ${resource}`;
  return service === null ? `the shared variable ${name}` : `${name} of ${service}`;
}

function sentence(text: string): string {
  return /^(?:the|this|there) /.test(text) ? `T${text.slice(1)}` : text;
}

function missing(graph: VariableGraph, { service, name }: VariableReference): string {
  if (service === null) return `there is no shared variable ${name}`;
  const resource = resourceOf({ service, name });
  if (resource !== undefined) {
    if (!graph.resources.has(resource)) return `there is no cloud resource "${resource}" that is deployed`;
    return `the cloud resource ${resource} has no output ${name}`;
  }
  if (!graph.services.has(service)) return `this environment has no service "${service}"`;
  if (name.startsWith('DAVIT_PUBLIC_')) return `${service} has no public address`;
  if (isReserved(name)) return `${name} is given to each deployment or instance anew`;
  return `${service} has no variable ${name}`;
}

/** What this name means to this service: davit's own before the service's, the service's before the shared one. */
function find(graph: VariableGraph, { service, name }: VariableReference): GraphVariable | string | undefined {
  if (service === null) return graph.shared.get(name);
  const resource = resourceOf({ service, name });
  if (resource !== undefined) return graph.resources.get(resource)?.get(name);
  const found = graph.services.get(service);
  if (found === undefined) return undefined;
  return found.davit.get(name) ?? found.own.get(name) ?? graph.shared.get(name);
}

/**
 * Walks the references of a graph: what each variable comes to by `fold`, each worked out once.
 * The function throws a ReferenceFault for a name that is not there, a cycle, and a chain that is too long.
 */
export function createResolver<T>(graph: VariableGraph, fold: Fold<T>): (reference: VariableReference) => T {
  const known = new Map<GraphVariable, { result: T; height: number }>();
  const path: { variable: GraphVariable; reference: VariableReference }[] = [];

  function tooLong(reference: VariableReference): ReferenceFault {
    return new ReferenceFault(
      `${sentence(nameOf(reference))} goes through a chain of more than ${longestChain} references.`,
    );
  }

  function follow(from: VariableReference, reference: VariableReference): { result: T; height: number } {
    const found = find(graph, reference);
    if (found === undefined)
      throw new ReferenceFault(
        `${sentence(nameOf(from))} refers to ${referenceText(reference)}, but ${missing(graph, reference)}.`,
      );
    return typeof found === 'string' ? { result: fold.davit(found), height: 0 } : visit(found, reference);
  }

  function visit(variable: GraphVariable, reference: VariableReference): { result: T; height: number } {
    const done = known.get(variable);
    if (done !== undefined) return done;
    const start = path.findIndex((step) => step.variable === variable);
    if (start !== -1) {
      const names = [...path.slice(start).map((step) => step.reference), reference].map(nameOf);
      throw new ReferenceFault(`${sentence(names[0] ?? '')} refers to itself: ${names.join(' → ')}.`);
    }
    if (path.length > longestChain) throw tooLong(path[0]?.reference ?? reference);
    path.push({ variable, reference });
    try {
      const followed = variable.references.map((next) => [referenceText(next), follow(reference, next)] as const);
      const height = 1 + Math.max(0, ...followed.map(([, step]) => step.height));
      if (height > longestChain) throw tooLong(reference);
      const referred = new Map(followed.map(([text, { result }]) => [text, result]));
      const made = { result: fold.variable(variable, referred, nameOf(reference)), height };
      known.set(variable, made);
      return made;
    } finally {
      path.pop();
    }
  }

  return (reference) => {
    const found = find(graph, reference);
    if (found === undefined) throw new ReferenceFault(`${sentence(missing(graph, reference))}.`);
    return typeof found === 'string' ? fold.davit(found) : visit(found, reference).result;
  };
}

/** The names of all variables that a service has, but davit's own. */
export function namesOf(graph: VariableGraph, service: GraphService): string[] {
  return [...new Set([...graph.shared.keys(), ...service.own.keys()])].sort();
}

const hash = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** Digests in place of values: that of a reference changes when what it refers to does. */
const digestFold: Fold<string> = {
  davit: (value) => hash(['davit', value]),
  variable: ({ digest }, referred) =>
    referred.size === 0 ? digest : hash([digest, ...[...referred].sort(([one], [other]) => (one < other ? -1 : 1))]),
};

/** By name, what tells a service's variables as they would be deployed now from others. One that cannot be made differs from all. */
export function digestsOf(graph: VariableGraph, service: GraphService): Record<string, string> {
  const resolve = createResolver(graph, digestFold);
  const digests: Record<string, string> = {};
  for (const name of namesOf(graph, service)) {
    try {
      digests[name] = resolve({ service: service.name, name });
    } catch (error) {
      if (!(error instanceof ReferenceFault)) throw error;
      digests[name] = `broken ${error.message}`;
    }
  }
  return digests;
}

/** Puts values together; `texts` has what each variable's value is written as, by its id. */
export function valueFold(texts: ReadonlyMap<string, string>): Fold<string> {
  return {
    davit: (value) => value,
    variable({ id }, referred, holder) {
      let value = '';
      let bytes = 0;
      for (const part of parseTemplate(texts.get(id) ?? '')) {
        const text = 'reference' in part ? (referred.get(referenceText(part.reference)) ?? '') : part.text;
        bytes += Buffer.byteLength(text);
        // While it is put together: a few that name each other twice would fill the memory.
        if (bytes > largestValue)
          throw new ReferenceFault(`${sentence(holder)} is longer than 64 KiB with its references put in.`);
        value += text;
      }
      return value;
    },
  };
}

/** All variables that a service's own and shared ones are made of. @throws ReferenceFault */
export function idsBehind(graph: VariableGraph, service: GraphService): Set<string> {
  const ids = new Set<string>();
  const resolve = createResolver<undefined>(graph, {
    davit: () => undefined,
    variable: ({ id }) => void ids.add(id),
  });
  for (const name of namesOf(graph, service)) resolve({ service: service.name, name });
  return ids;
}

/** What is wrong with a variable, in one sentence; undefined when nothing is. */
export function findFault(graph: VariableGraph, reference: VariableReference): string | undefined {
  try {
    createResolver<undefined>(graph, { davit: () => undefined, variable: () => undefined })(reference);
    return undefined;
  } catch (error) {
    if (error instanceof ReferenceFault) return error.message;
    throw error;
  }
}

/** What a service's own variables refer to, also by way of shared ones: by whatever names it, the variables that do. */
function reachedFrom(
  graph: VariableGraph,
  service: GraphService,
  targetOf: (reference: VariableReference) => string | undefined,
): Map<string, string[]> {
  const links = new Map<string, Set<string>>();
  for (const [name, variable] of service.own) {
    const seen = new Set<GraphVariable>();
    const waiting = [variable];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const reference of next.references) {
        const shared = reference.service === null ? graph.shared.get(reference.name) : undefined;
        if (shared !== undefined) waiting.push(shared);
        const target = targetOf(reference);
        if (target !== undefined) links.set(target, (links.get(target) ?? new Set()).add(name));
      }
    }
  }
  return new Map([...links].map(([target, names]) => [target, [...names].sort()]));
}

/** The services that a service's own variables refer to, also by way of shared ones; by id, with its variables that do. */
export function linksOf(graph: VariableGraph, service: GraphService): Map<string, string[]> {
  return reachedFrom(graph, service, (reference) => {
    const target = reference.service === null ? undefined : graph.services.get(reference.service);
    return target === undefined || target.id === service.id ? undefined : target.id;
  });
}

/** The cloud resources that a service's own variables take outputs of; by name, also of what is not there (yet). */
export function resourceLinksOf(graph: VariableGraph, service: GraphService): Map<string, string[]> {
  return reachedFrom(graph, service, resourceOf);
}
