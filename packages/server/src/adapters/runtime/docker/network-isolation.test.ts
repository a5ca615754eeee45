import { expect, test } from 'vitest';
import { findUnruled, judgeBridges } from './network-isolation.ts';

/** As Docker 20.10 to 27 write it for two networks. */
const whole = `
-P FORWARD DROP
-N DOCKER
-N DOCKER-ISOLATION-STAGE-1
-N DOCKER-ISOLATION-STAGE-2
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o br-one -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o br-one -j DOCKER
-A FORWARD -i br-one ! -o br-one -j ACCEPT
-A FORWARD -o br-two -j DOCKER
-A DOCKER-ISOLATION-STAGE-1 -i br-one ! -o br-one -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -i br-two ! -o br-two -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o br-one -j DROP
-A DOCKER-ISOLATION-STAGE-2 -o br-two -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
`;
const without = (pattern: RegExp) =>
  whole
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');

test.each([
  ['all rules', whole, ['br-one', 'br-two'], []],
  ['what leaves one is not looked at', without(/-i br-one ! -o br-one -j DOCKER/), ['br-two'], ['br-one']],
  ['what enters one is not looked at', without(/STAGE-2 -o br-two/), ['br-one'], ['br-two']],
  ['the chains are empty', without(/-A DOCKER-/), [], ['br-one', 'br-two']],
  ['nobody asks the chains', without(/-A FORWARD -j/), [], ['br-one', 'br-two']],
  ['an engine without these chains', without(/ISOLATION/), [], []],
  ['rules of another engine alone', without(/br-/), [], []],
  [
    'a newer engine, which refuses in another way',
    `${without(/-A DOCKER-/)}\n-A DOCKER ! -i br-one -o br-one -j DROP`,
    [],
    ['br-two'],
  ],
  ['nothing', '', [], []],
])('%s', (_what, rules, closed, open) => {
  expect(judgeBridges(rules, ['br-one', 'br-two'])).toEqual({ closed, open });
});

test.each([
  ['an engine that writes no rules', '-P FORWARD ACCEPT', ['br-one', 'br-two']],
  ['one that writes them', whole, []],
  ['rules for one alone', '-A FORWARD -i br-one -j ACCEPT', ['br-two']],
  ['names that begin so', '-A FORWARD -i br-one-more -j ACCEPT', ['br-one', 'br-two']],
  ['rules of somebody’s own, by a pattern', '-A FORWARD -i br-+ ! -o br-+ -j DROP', []],
])('bridges that no rule names: %s', (_what, rules, unruled) => {
  expect(findUnruled(rules, ['br-one', 'br-two'])).toEqual(unruled);
});
