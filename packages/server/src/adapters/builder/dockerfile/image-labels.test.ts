import { describe, expect, test } from 'vitest';
import { builtFor, imageLabels } from './image-labels.ts';

describe('an image with davit’s labels', () => {
  const owner = { installationId: 'here', serviceId: 'svc_ONE', buildId: 'dep_ONE' };
  const labels = imageLabels(owner);
  const digest = `sha256:${'a'.repeat(64)}`;

  test.each([
    ['that nobody calls anything', []],
    ['under the names of its build', ['davit/svc_one:dep_one', 'registry:5000/team/svc_one:dep_one']],
    ['that was pushed', ['davit/svc_one:dep_one', `registry:5000/team/svc_one@${digest}`]],
    [
      'that was fetched again from where it was pushed',
      [`davit/svc_one:fetched-here-${'a'.repeat(64)}`, `registry:5000/team/svc_one@${digest}`],
    ],
  ])('%s is davit’s own', (_what, names) => {
    expect(builtFor(labels, names)).toEqual(owner);
  });

  test.each([
    ['has another name, too', ['davit/svc_one:dep_one', 'mine:1']],
    ['was built upon davit’s and fetched from elsewhere', [`registry:5000/team/app@${digest}`]],
    ['was fetched for another service', [`davit/svc_two:fetched-here-${'a'.repeat(64)}`]],
    [
      'was built upon davit’s and fetched for the same service',
      [`davit/svc_one:fetched-here-${'a'.repeat(64)}`, `registry:5000/team/app@${digest}`],
    ],
    ['was pushed elsewhere', ['davit/svc_one:dep_one', `ghcr.io/team/app@${digest}`]],
  ])('is not when it %s', (_what, names) => {
    expect(builtFor(labels, names)).toBeUndefined();
  });
});

test('an image without them is not', () => {
  expect(builtFor({ 'davit.image.service': 'svc_one' }, ['davit/svc_one:dep_one'])).toBeUndefined();
});
