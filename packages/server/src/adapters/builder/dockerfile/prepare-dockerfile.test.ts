import { expect, test } from 'vitest';
import { prepareDockerfile } from './prepare-dockerfile.ts';

const mount = '--mount=type=secret,id=davit-scope-svc_1,target=/run/davit/certificates.pem,mode=0444';

test('every step of a build belongs to its service', () => {
  const text = 'FROM a AS b\nRUN one\nCOPY . .\n  run \\\n  two\nONBUILD RUN three\nRUN <<EOF\nRUN four\nEOF';
  const { content, originalLines } = prepareDockerfile(text, 'svc_1', []);
  expect(content).toBe(
    `FROM a AS b\nRUN ${mount}  one\nCOPY . .\n  run ${mount}  \\\n  two\nONBUILD RUN three\nRUN ${mount}  <<EOF\nRUN four\nEOF`,
  );
  expect(originalLines).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('where there is a file of authorities, each stage says so to its tools, and lines keep their numbers', () => {
  const { content, originalLines } = prepareDockerfile('ARG V=1\nFROM a:$V\n# why\nRUN one\nFROM scratch', 'svc_1', [
    'PIP_CERT',
  ]);
  expect(content.split('\n')).toEqual([
    'ARG V=1',
    'FROM a:$V',
    '# why',
    'ARG PIP_CERT=/run/davit/certificates.pem',
    `RUN ${mount}  one`,
    'FROM scratch',
    'ARG PIP_CERT=/run/davit/certificates.pem',
  ]);
  expect(originalLines).toEqual([1, 2, 3, 3, 4, 5, 5]);
});
