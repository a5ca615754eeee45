import { expect, test } from 'vitest';
import { createProgressReader } from './build-progress.ts';

function read(text: string, originalLines: number[] = []) {
  const reader = createProgressReader(originalLines);
  return { lines: text.split('\n').flatMap((line) => reader.push(line)), reader };
}

const succeeded = `#1 [internal] load build definition from Dockerfile
#1 sha256:7c7d89298153c97d5636e1e57a02ae9d039f54e1b62859480ae1569505518af2
#1 transferring dockerfile: 286B 0.0s done
#1 DONE 0.1s

#3 [one 1/3] FROM docker.io/library/debian:12
#3 CACHED

#4 [one 2/3] RUN --mount=type=secret,id=davit-scope-svc_1,target=/run/davit/certificates.pem,mode=0444  npm ci
#4 0.523 added 1 package
#5 [two 2/3] RUN ["/bin/sh", "-c", ": ' npm run \\"build\\"'; export HOME=/tmp/home; exec npm run build"]
#5 0.1 building
#4 ...
#4 2.001 done

#4 DONE 2.1s
#5 DONE 13.0s
#7 exporting to image
#7 exporting layers 0.1s done
#7 DONE 0.1s`;

test('a build is told stage by stage, with times, and without what davit put in', () => {
  const { lines, reader } = read(succeeded);
  expect(lines).toEqual([
    '— [one 1/3] FROM docker.io/library/debian:12',
    '  unchanged, from the cache',
    '— [one 2/3] RUN npm ci',
    'added 1 package',
    '— [two 2/3] RUN npm run "build"',
    'building',
    '— [one 2/3] RUN npm ci',
    'done',
    '  done in 2.1 s',
    '— [two 2/3] RUN npm run "build"',
    '  done in 13.0 s',
  ]);
  expect(reader.stages.map(({ seconds, cached }) => [seconds, cached])).toEqual([
    [0, true],
    [2.1, false],
    [13, false],
  ]);
  expect(reader.failure()).toBeUndefined();
});

test('read again from its beginning, the output says the same', () => {
  expect(read(succeeded).lines).toEqual(read(succeeded).lines);
});

test('a command that fails names itself, its end and its last words', () => {
  const { reader } = read(`#5 [2/2] RUN make
#5 1.818 first
#5 1.819 second
#5 ERROR: executor failed running [/bin/sh -c make
------
 > [2/2] RUN make:
------
executor failed running [/bin/sh -c make
all]: exit code: 2`);
  expect(reader.failure()).toMatchObject({
    stage: '[2/2] RUN make',
    cause: expect.stringContaining('exit code: 2'),
    lastLines: ['first', 'second'],
  });
});

test('an image that cannot be had is a cause of its own', () => {
  const { reader } = read(`#3 [internal] load metadata for docker.io/library/nosuch:1
#3 ERROR: failed to do request: no such host
------
failed to solve with frontend dockerfile.v0: failed to do request: no such host`);
  expect(reader.failure()).toEqual({ stage: undefined, cause: 'failed to do request: no such host', lastLines: [] });
});

test('a cache that is not there yet is no cause: what fails after it is', () => {
  const { reader, lines } = read(`#5 importing cache manifest from 127.0.0.1:5000/team/svc_1:cache
#5 ERROR: failed to configure registry cache importer: 127.0.0.1:5000/team/svc_1:cache: not found
#6 [2/2] RUN make
#6 0.318 no rule
#6 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
------
 > importing cache manifest from 127.0.0.1:5000/team/svc_1:cache:
------
error: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2`);
  expect(reader.failure()).toMatchObject({
    stage: '[2/2] RUN make',
    cause: expect.stringContaining('exit code: 2'),
    lastLines: ['no rule'],
  });
  expect(lines.join('\n')).not.toContain('cache importer');
});

test('a fault in the Dockerfile has the line that its author sees', () => {
  const { lines } = read('failed to solve: dockerfile parse error line 3: unknown instruction: RUM', [1, 1, 2]);
  expect(lines).toEqual(['failed to solve: dockerfile parse error line 2: unknown instruction: RUM']);
});
