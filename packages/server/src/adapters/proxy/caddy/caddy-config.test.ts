import { describe, expect, test } from 'vitest';
import { buildOwnParts, hasForeignPermission, hasOwnParts, withOwnParts } from './caddy-config.ts';

const settings = {
  host: undefined,
  httpPort: 80,
  httpsPort: 443,
  acme: { directoryUrl: 'https://acme.test/dir', rootFile: undefined, email: undefined },
};
const upstream = {
  address: '127.0.0.1:4080',
  front: { field: 'x-davit-front', token: 'secret' },
  questionPath: '/.davit/may-have-certificate',
};
const own = buildOwnParts(settings, upstream, 'permission');
const theirs = {
  admin: { listen: 'localhost:2019' },
  apps: {
    http: { grace_period: 5, servers: { shop: { listen: [':8080'] } } },
    tls: { automation: { policies: [{ subjects: ['shop.test'] }], renew_interval: 60 } },
    events: {},
  },
};

describe('davit’s part of Caddy’s configuration', () => {
  test('is put beside what is somebody else’s, which stays as it was', () => {
    const merged = withOwnParts(theirs, own);
    expect(merged).toMatchObject(theirs.admin ? { admin: theirs.admin } : {});
    expect(merged).toMatchObject({
      apps: {
        events: {},
        http: { grace_period: 5, servers: { shop: { listen: [':8080'] }, davit: { listen: [':443'] } } },
        tls: { automation: { renew_interval: 60, policies: [{ subjects: ['shop.test'] }, { '@id': 'davit' }] } },
      },
    });
    expect(hasOwnParts(merged, own)).toBe(true);
  });

  test('is put in once, however often', () => {
    const once = withOwnParts(theirs, own);
    expect(withOwnParts(once, own)).toEqual(once);
    expect(hasOwnParts(withOwnParts({}, own), own)).toBe(true);
  });

  test('is missed when any of it was changed', () => {
    const merged = structuredClone(withOwnParts(theirs, own)) as {
      apps: { http: { servers: Record<string, object> } };
    };
    merged.apps.http.servers['davit'] = { listen: [':443'] };
    expect(hasOwnParts(merged, own)).toBe(false);
    expect(hasOwnParts(theirs, own)).toBe(false);
    expect(hasOwnParts({}, own)).toBe(false);
  });

  test('does not take the place of somebody else’s say in certificates', () => {
    const asked = { apps: { tls: { automation: { on_demand: { ask: 'http://else.test/' } } } } };
    expect(hasForeignPermission(asked, upstream.questionPath)).toBe(true);
    expect(
      hasForeignPermission(withOwnParts({}, buildOwnParts(settings, upstream, 'ask')), upstream.questionPath),
    ).toBe(false);
    expect(hasForeignPermission(theirs, upstream.questionPath)).toBe(false);
  });

  test('names no host: a domain more or a deployment changes nothing of it', () => {
    expect(JSON.stringify(own)).not.toMatch(/"match"|"subjects"/);
  });
});
