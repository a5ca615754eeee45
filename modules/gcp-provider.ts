import { createHash } from 'node:crypto';
import type * as pulumi from '@pulumi/pulumi';
import { pluginProvider } from './provider-resource.ts';

/** The plugin that the types of the Google Cloud kinds were written for. */
const version = '9.37.0';

/**
 * Options of every resource in Google Cloud. The credential comes by the environment, and so does its project, which the plugin
 * takes when none is named.
 *
 * @param projectId of the manifest
 */
export function gcpOptions(projectId: string | undefined): { provider: pulumi.ProviderResource; version: string } {
  return { provider: pluginProvider('gcp', projectId === undefined ? {} : { project: projectId }, version), version };
}

/**
 * The id of a service account that a kind makes for itself: 6 to 30 characters, so that a longer name is cut and told apart by its hash.
 *
 * @see https://cloud.google.com/iam/docs/service-accounts-create
 */
export function accountIdOf(name: string, purpose: string): string {
  const whole = `${name}-${purpose}`;
  if (/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(whole)) return whole;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const start = name.slice(0, 30 - hash.length - purpose.length - 2);
  return `${/^[a-z]/.test(start) ? start : `a${start.slice(1)}`}-${hash}-${purpose}`;
}
