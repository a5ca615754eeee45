import { describe, expect, test } from 'vitest';
import { type DnsFacts, judgeDns, judgeOwnName, nextCheckIn, patienceMs, wantedRecords } from './domain-check.ts';
import { standingAfter } from './domain-runs.ts';
import type { DomainRow } from './domain-store.ts';

const hour = 3_600_000;
const nothing: DnsFacts = {
  host: 'www.example.org',
  isApex: false,
  target: 'web.apps.test',
  token: 'abc',
  cnames: [],
  txts: [],
  addresses: [],
  targetAddresses: ['192.0.2.1'],
};
const apex: DnsFacts = { ...nothing, host: 'example.org', isApex: true };
const txt = ['davit-verification=abc'];

describe('what DNS says', () => {
  test('verifies a name whose CNAME is the service, and no other', () => {
    expect(judgeDns({ ...nothing, cnames: ['web.apps.test'] })).toMatchObject({ isVerified: true, advice: null });
    expect(judgeDns({ ...nothing, cnames: ['api.apps.test'] })).toMatchObject({ isVerified: false });
    expect(judgeDns({ ...apex, cnames: ['web.apps.test'] })).toMatchObject({ isVerified: false });
  });

  test('verifies by the token of this very domain, where there is an address too', () => {
    expect(judgeDns({ ...apex, txts: ['davit-verification=other'], addresses: ['192.0.2.1'] }).isVerified).toBe(false);
    expect(judgeDns({ ...apex, txts: txt })).toMatchObject({
      isVerified: false,
      advice: expect.stringContaining('example.org A 192.0.2.1'),
    });
    expect(judgeDns({ ...apex, txts: txt, addresses: ['192.0.2.1'] })).toMatchObject({
      isVerified: true,
      advice: null,
    });
  });

  test('warns of an address that is not ours, which a CDN has too', () => {
    const judged = judgeDns({ ...apex, txts: txt, addresses: ['198.51.100.7'] });
    expect(judged).toMatchObject({ isVerified: true, advice: expect.stringContaining('none of web.apps.test') });
  });

  test('asks for one record below an apex, and for two at one', () => {
    expect(wantedRecords(nothing).map(({ type }) => type)).toEqual(['CNAME']);
    expect(wantedRecords(apex).map(({ type }) => type)).toEqual(['TXT', 'A']);
  });

  test('asks for no CNAME to a name that only machines near davit understand', () => {
    const local = { ...nothing, target: 'web.localhost', targetAddresses: ['127.0.0.1'] };
    expect(wantedRecords(local)).toEqual([
      { type: 'TXT', name: '_davit.www.example.org', value: 'davit-verification=abc' },
      { type: 'A', name: 'www.example.org', value: 'the public address of this server' },
    ]);
    expect(judgeDns(local).advice).not.toContain('localhost');
    expect(judgeDns({ ...local, txts: txt, addresses: ['192.0.2.7'] })).toMatchObject({
      isVerified: true,
      advice: null,
    });
  });
});

test('a domain is looked at often at first, and not for ever', () => {
  const unverified = (failingMs: number) => nextCheckIn({ isVerified: false, failingMs, lacksCertificate: false });
  expect(unverified(0)).toBe(60_000);
  expect(unverified(2 * hour)).toBe(hour / 4);
  expect(unverified(48 * hour)).toBe(6 * hour);
  expect(unverified(patienceMs)).toBeNull();
  expect(nextCheckIn({ isVerified: true, failingMs: null, lacksCertificate: false })).toBe(6 * hour);
  expect(nextCheckIn({ isVerified: true, failingMs: null, lacksCertificate: true })).toBe(hour / 4);
});

describe('a check', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const before = (ms: number) => new Date(now.getTime() - ms);
  const row = { verifiedAt: before(48 * hour), failingSince: null, createdAt: before(72 * hour) } as DomainRow;
  const wrong = { isVerified: false, seen: 'nothing', advice: 'change it' };

  test('that fails leaves a verified domain served for a week', () => {
    expect(standingAfter(row, wrong, now, true)).toMatchObject({
      state: 'failed',
      verifiedAt: row.verifiedAt,
      failingSince: now,
    });
    const late = { ...row, failingSince: before(patienceMs) };
    expect(standingAfter(late, wrong, now, true)).toMatchObject({
      state: 'failed',
      verifiedAt: null,
      nextCheckAt: null,
    });
  });

  test('of a name that has become the platform’s own ends it at once, and looks again', () => {
    const own = { baseDomain: 'apps.test', panelHost: 'www.example.org' };
    for (const host of ['www.example.org', 'apps.test', 'web.apps.test']) {
      const judged = judgeOwnName(host, own);
      expect(judged).toMatchObject({ isVerified: false, advice: expect.stringContaining('BASE_URL') });
      const standing = standingAfter(row, judged ?? wrong, now, true);
      expect(standing).toMatchObject({ state: 'failed', verifiedAt: null, failingSince: now });
      expect(standing.nextCheckAt?.getTime()).toBeGreaterThan(now.getTime());
    }
    expect(judgeOwnName('www.example.com', own)).toBeUndefined();
    expect(judgeOwnName('myapps.test', own)).toBeUndefined();
  });

  test('that succeeds forgets what was wrong', () => {
    const right = { isVerified: true, seen: 'all', advice: null };
    const failing = { ...row, failingSince: before(hour) };
    expect(standingAfter(failing, right, now, true)).toMatchObject({ state: 'active', failingSince: null });
  });

  test('of a new domain that is not there yet leaves it pending, and after a week failed', () => {
    const fresh = { ...row, verifiedAt: null, createdAt: before(hour) };
    expect(standingAfter(fresh, wrong, now, true)).toMatchObject({ state: 'pending', verifiedAt: null });
    const old = { ...fresh, createdAt: before(patienceMs) };
    expect(standingAfter(old, wrong, now, true)).toMatchObject({ state: 'failed', nextCheckAt: null });
  });
});
