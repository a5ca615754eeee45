import { expect, test } from 'vitest';
import { judgeOutsideHosts } from './judge-outside-hosts.ts';

test('a registry that leads inside is refused with the line that names it, and asked about once', async () => {
  const asked: string[] = [];
  const refusalOf = Object.assign(async () => undefined, {
    async ofRegistry(registry: string) {
      asked.push(registry);
      return registry === 'evil.example:5000' ? 'It leads inside.' : undefined;
    },
  });
  const judge = (text: string) => judgeOutsideHosts(text, {}, refusalOf, 'svc_1');
  await judge('FROM good.example/a AS a\nFROM good.example/b:1\nCOPY --from=good.example/c /x /x\n');
  expect(asked).toEqual(['good.example']);
  await expect(judge('FROM good.example/a\nCOPY --from=evil.example:5000/b /x /x\n')).rejects.toMatchObject({
    code: 'BUILD_DOCKERFILE_REFUSED',
    message: 'The Dockerfile is refused, line 2: It leads inside.',
  });
});
