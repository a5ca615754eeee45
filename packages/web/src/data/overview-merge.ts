import { replaceEqualDeep } from '@tanstack/react-query';
import type { Schemas } from './api-client.ts';
import { noUsage } from './service-usage.ts';

type Overview = Schemas['Overview'];

const texts = new WeakMap<object, string>();

/** Two answers that are the same text are the same: to find that out costs a tenth of a comparison field by field. */
function textOf(item: object): string {
  let text = texts.get(item);
  if (text === undefined) {
    text = JSON.stringify(item);
    texts.set(item, text);
  }
  return text;
}

/** What is as it was stays the same object, wherever it stands in the list. */
function keepById<T extends { readonly id: string }>(before: readonly T[], now: readonly T[]): T[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return now.map((item) => {
    const old = known.get(item.id);
    if (old === undefined) return item;
    return textOf(old) === textOf(item) ? old : replaceEqualDeep(old, item);
  });
}

/** The overview without usage, which is kept elsewhere: see createServiceUsages(). */
export function withoutUsage(overview: Overview): Overview {
  return { ...overview, services: overview.services.map((service) => ({ ...service, sparkline: noUsage })) };
}

/** A new answer over what is known: whatever has not changed stays the same object, so that nothing of it is drawn anew. */
export function mergeOverview(known: Overview | undefined, fresh: Overview): Overview {
  if (known === undefined) return fresh;
  const services = keepById(known.services, fresh.services);
  const cloudResources = keepById(known.cloudResources, fresh.cloudResources);
  const links = textOf(known.links) === textOf(fresh.links) ? known.links : replaceEqualDeep(known.links, fresh.links);
  const isSame =
    known.environmentId === fresh.environmentId &&
    isSameList(known.services, services) &&
    isSameList(known.cloudResources, cloudResources) &&
    known.links === links;
  return isSame ? known : { environmentId: fresh.environmentId, services, cloudResources, links };
}

function isSameList<T>(before: readonly T[], now: readonly T[]): boolean {
  return before.length === now.length && now.every((item, index) => item === before[index]);
}
