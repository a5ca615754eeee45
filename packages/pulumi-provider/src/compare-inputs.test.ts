import { expect, test } from 'vitest';
import { compareInputs } from './compare-inputs.ts';
import { unknownValue } from './resource-type.ts';
import { environment } from './resources/environment.ts';
import { service } from './resources/service.ts';

const place = { projectId: 'prj_1', environmentId: 'env_1', name: 'web' };

test('a setting that is spelt out as its default is no change', () => {
  const olds = { ...place, settings: { replicas: 1, build: { timeoutMinutes: 30 } } };
  expect(compareInputs(service, olds, place)).toEqual({ changed: [], replaces: [], deleteFirst: false });
});

test('a setting that is left out goes back to its default', () => {
  const olds = { ...place, settings: { replicas: 3 } };
  expect(compareInputs(service, olds, place)).toMatchObject({ changed: ['settings'], replaces: [] });
});

test('another project takes another service, which may be there beside the old one', () => {
  const news = { ...place, projectId: 'prj_2' };
  expect(compareInputs(service, place, news)).toEqual({
    changed: ['projectId'],
    replaces: ['projectId'],
    deleteFirst: false,
  });
});

test('another kind takes another service of the same name in the same place: the old one goes first', () => {
  expect(compareInputs(service, place, { ...place, kind: 'worker' })).toEqual({
    changed: ['kind'],
    replaces: ['kind'],
    deleteFirst: true,
  });
});

test('a new name changes what is there', () => {
  const olds = { projectId: 'prj_1', name: 'staging' };
  expect(compareInputs(environment, olds, { ...olds, name: 'test' })).toMatchObject({
    changed: ['name'],
    replaces: [],
  });
});

test('what a preview does not know yet counts as changed', () => {
  const news = { ...place, variables: { URL: unknownValue } };
  expect(compareInputs(service, place, news)).toMatchObject({ changed: ['variables'] });
});
