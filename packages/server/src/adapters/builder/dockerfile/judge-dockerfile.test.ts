import { describe, expect, test } from 'vitest';
import { judgeDockerfile } from './judge-dockerfile.ts';

const socketMount = '--mount=type=bind,source=/var/run/docker.sock,target=/s';
const judge = (text: string) => () => judgeDockerfile(text);

describe('a Dockerfile that asks for nothing of the host', () => {
  test.each([
    'FROM debian:12\nRUN true',
    '# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=cache,target=/root/.npm npm ci',
    '# syntax=docker.io/docker/dockerfile:1.7\nFROM a AS b\nFROM c\nCOPY --from=b / /',
    'FROM a\nRUN --mount=type=secret,id=NPM_TOKEN --network=none --security=sandbox npm ci',
    'FROM a AS built\nFROM b\nRUN --mount=type=bind,from=built,source=/,target=/mnt ls /mnt',
    'FROM a\nRUN echo --network=host',
    'FROM a\n# RUN --network=host\nRUN true',
    'FROM a\nRUN --mount=target=. make',
    '# escape=`\nFROM a\nRUN dir `\n c:\\\nRUN true',
    '# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN echo `\n ü',
    '# My image\n# escape=` is not meant\nFROM a\nRUN one \\\n  # why\n  two',
    '\uFEFFFROM a\r\nRUN one \\\r\n  two\r\n',
    'from a\nrun <<EOF\necho hello\nEOF\nCMD ["x"]',
  ])('%s is taken', (text) => {
    expect(judge(text)).not.toThrow();
  });
});

describe('a Dockerfile that reaches out of its build', () => {
  test.each([
    ['a foreign frontend', '# syntax=evil/frontend:1\nFROM a', 1],
    ['a foreign frontend whose name begins like the official one', '# syntax=docker/dockerfile-upstream:1\nFROM a', 1],
    ['a frontend with arguments', '# syntax=docker/dockerfile:1 --opt\nFROM a', 1],
    ['a frontend in the other comment', '// syntax=evil/frontend\nFROM a', 1],
    ['a frontend in capitals behind another directive', '# escape=`\n#SYNTAX = evil/frontend\nFROM a', 2],
    ['a frontend in JSON', '{"syntax": "evil/frontend"}', 1],
    ['the network of the host', 'FROM a\nRUN --network=host curl x', 2],
    ['the network of the host, quoted', 'FROM a\nRUN --network="host" curl x', 2],
    ['the network of the host, in pieces', 'FROM a\nRUN --net"work"=ho\\st curl x', 2],
    ['the network of the host, by a variable', 'FROM a\nARG N=host\nRUN --network=$N curl x', 3],
    ['the network of the host, on the next line', 'FROM a\nRUN \\\n # why\n\n --network=host curl x', 2],
    ['the network of the host, with another escape', '# escape=`\nFROM a\nRUN `\n --network=host curl x', 3],
    ['the network of the host behind a backslash that is escaped', 'FROM a\nRUN echo \\\\\nRUN --network=host x', 3],
    ['the network of the host, put off', 'FROM a\nONBUILD RUN --network=host x', 2],
    ['the network of the host where older versions see an instruction', 'FROM a\nRUN <<E\nRUN --network=host x\nE', 3],
    ['the network of the host behind an escape directive too late', 'FROM a\n# escape=`\nRUN \\\n --network=host x', 3],
    ['the same behind a comment', '# why\n# escape=`\nFROM a\nRUN \\\n --network=host x', 4],
    ['the same behind an empty line', '\n# escape=`\nFROM a\nRUN \\\n --security=insecure x', 4],
    [
      'the same behind what older versions end at',
      '# check=skip=all\n# escape=`\nFROM a\nRUN \\\n --network=host x',
      4,
    ],
    [
      'the same behind the frontend',
      '# syntax=docker/dockerfile:1.0\n# escape=`\nFROM a\nRUN \\\n --network=host x',
      4,
    ],
    ['the same in capitals, and once more', '#Escape=`\n# escape=\\\nFROM a\nRUN `\n --network=host x', 4],
    ['the socket behind an escape directive too late', `FROM a\n# escape=\`\nRUN \\\n ${socketMount} x`, 3],
    ['the network of the host by the other escape', '# escape=`\nFROM a\nRUN --net`work=host x', 3],
    ['the network of the host by what was the escape', '# escape=`\nFROM a\nRUN --net\\work=host x', 3],
    ['the network of the host behind two escapes', 'FROM a\nRUN --security=sandbox\\\\\n --network=host x', 2],
    ['the network of the host behind half a letter', 'FROM a\nRUN --mount=target=/xà--network=host x', 2],
    ['the network of the host behind a space of Go', 'FROM a\n\u0085RUN --network=host x', 1],
    ['the network of the host in what is no here-document', 'FROM a\nRUN echo " <<E"\nR\\\nUN --network=host x\nE', 3],
    ['the same by its first letter', 'FROM a\nRUN <<E\nR\\\n# why\n\\\nUN \\\n--network=host x\nE', 3],
    ['the same, put off', 'FROM a\nRUN <<E\nONBUILD \\\nR\\\nUN --network=host x\nE', 3],
    ['the network of the host behind many spaces', `FROM a\nRUN <<E\n${' '.repeat(500)}RUN --network=host x\nE`, 3],
    ['rights of the host', 'FROM a\nRUN --security=insecure x', 2],
    ['a device', 'FROM a\nRUN --device=vendor.com/d x', 2],
    ['a mount of /', 'FROM a\nRUN --mount=type=bind,source=/,target=/mnt x', 2],
    ['a mount of / by another name', 'FROM a\nRUN --mount=src=//./,dst=/mnt x', 2],
    ['a mount over /', 'FROM a\nRUN --mount=type=cache,target=/ x', 2],
    ['a mount of ..', 'FROM a\nRUN --mount=type=bind,source=a/../../b,target=/mnt x', 2],
    ['the socket of the engine', 'FROM a\nRUN --mount=type=bind,source=/var/run/docker.sock,target=/s x', 2],
    ['the socket of containerd', 'FROM a\nRUN --mount=target=/run/containerd/containerd.sock x', 2],
    ['a mount with quotes', 'FROM a\nRUN --mount=type=bind,\\"source=/\\",target=/mnt x', 2],
    ['a mount of no known type', 'FROM a\nRUN --mount=type=host,source=a,target=/b x', 2],
  ])('by %s is refused with its line', (_what, text, line) => {
    expect(judge(text)).toThrow(
      expect.objectContaining({
        code: 'BUILD_DOCKERFILE_REFUSED',
        fields: [{ pointer: '/settings/build/dockerfilePath', detail: expect.stringMatching(`^line ${line}:`) }],
      }),
    );
  });

  test('one without a stage, or that is no text, is none', () => {
    expect(judge('RUN true')).toThrow(/no FROM/);
    expect(judge('FROM a\n\0')).toThrow(/no text/);
  });

  test('one whose lines continue each other without an end is not read in every way', () => {
    expect(judge(`FROM a\n${'RUN \\\n'.repeat(20_000)}`)).toThrow(/too many lines are continued/);
    expect(judge(`FROM a\n${'R\\\n'.repeat(1000)}${'\\\n'.repeat(20_000)}`)).not.toThrow();
  });
});
