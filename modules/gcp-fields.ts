import { z } from 'zod';

/** @see https://cloud.google.com/resource-manager/docs/creating-managing-projects */
export const projectId = z
  .string()
  .regex(/^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'the id of a project, such as shop-prod-1234')
  .optional()
  .meta({ description: 'The project of the credential when it is left out.' });

export const region = z.string().regex(/^[a-z]+-[a-z]+\d+$/, 'a region such as europe-west3');

/** @see https://cloud.google.com/compute/docs/labeling-resources#requirements */
export const labels = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'up to 63 lower-case letters, digits, dashes and underscores'),
    z.string().regex(/^[a-z0-9_-]{0,63}$/, 'up to 63 lower-case letters, digits, dashes and underscores'),
  )
  .default({});

export const kmsKeyName = z
  .string()
  .regex(
    /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    'projects/…/locations/…/keyRings/…/cryptoKeys/…',
  )
  .optional()
  .meta({ description: 'Encrypts with this key of Cloud KMS; else with keys that Google manages.' });

/** Of a network in full: services of Google do not know a project to look a bare name up in. */
export const network = z.string().regex(/^projects\/[^/]+\/global\/networks\/[^/]+$/, 'projects/…/global/networks/…');

export const serviceAccountEmail = z
  .string()
  .regex(/^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/, 'the e-mail address of a service account');
