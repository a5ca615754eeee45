import { describe, expect, it } from 'vitest';
import { createRouter, empty } from './router.ts';

const route = createRouter([
  { method: 'GET', path: '/v1/things/:id', handle: () => empty },
  { method: 'GET', path: '/v1/things/:id/parts/:part', handle: () => empty },
]);

describe('finding who answers', () => {
  it('takes the names from the path, decoded', () => {
    expect(route('GET', '/v1/things/a%20b/parts/%5B::1%5D').params).toEqual({ id: 'a b', part: '[::1]' });
  });

  it.each([
    ['another method', 'POST', '/v1/things/a'],
    ['another path', 'GET', '/v1/other'],
    ['a path that goes on', 'GET', '/v1/things/a/b'],
  ])('refuses %s', (_, method, path) => {
    expect(() => route(method, path)).toThrow(expect.objectContaining({ code: 'AGENT_NOT_FOUND' }));
  });

  it('refuses an encoding that is none', () => {
    expect(() => route('GET', '/v1/things/%zz')).toThrow(expect.objectContaining({ code: 'AGENT_BAD_REQUEST' }));
  });
});
