import { describe, expect, test } from 'vitest';
import { findOutsideHosts } from './outside-hosts.ts';

const hostsOf = (text: string, buildArgs: Record<string, string> = {}) => {
  const { hosts, hidden } = findOutsideHosts(text, buildArgs);
  return { hosts: hosts.map(({ host }) => host), hidden: hidden.map(({ line }) => line + 1) };
};

describe('hosts that are called for a Dockerfile', () => {
  test.each<[string, string, string[]]>([
    [
      'none for images of Docker Hub, stages and files',
      'FROM node:24 AS a\nFROM a\nCOPY --from=a x y\nADD x.tar /',
      [],
    ],
    ['the registry of a base image', 'FROM 127.0.0.1:5000/x', ['127.0.0.1']],
    ['of a name without dots, by its port', 'FROM registry:5000/x', ['registry']],
    ['of an address of version 6', 'FROM [::1]:5000/x', ['[::1]']],
    ['the machine itself', 'FROM localhost/x', ['localhost']],
    ['of an image that is copied from', 'FROM a\nCOPY --from=10.0.0.1/x / /', ['10.0.0.1']],
    ['of one that is mounted', 'FROM a\nRUN --mount=type=bind,from=10.0.0.2/x,target=/m true', ['10.0.0.2']],
    ['of one that is put off', 'FROM a\nONBUILD COPY --from=10.0.0.3/x / /', ['10.0.0.3']],
    ['by an argument', 'ARG R=10.0.0.4\nFROM ${R}/x', ['10.0.0.4']],
    ['by an argument of an argument', 'ARG A=10.0.0\nARG R=${A}.5:80\nFROM $R/x', ['10.0.0.5']],
    ['by the default of one that is empty', 'ARG R\nFROM ${R:-10.0.0.6}/x', ['10.0.0.6']],
    ['in pieces', 'ARG N\nFROM 10.0.0.7${N}/x', ['10.0.0.7']],
    ['that ADD fetches', 'FROM a\nADD http://169.254.169.254/latest /', ['169.254.169.254']],
    ['that ADD fetches with a name', 'FROM a\nADD ["https://me@[::1]:80/x", "/"]', ['[::1]']],
    ['that ADD clones', 'FROM a\nADD git@10.0.0.8:x.git /', ['10.0.0.8']],
    ['by a variable of the stage before', 'FROM a AS b\nENV U=http://10.0.0.9/\nFROM b\nADD ${U}x /', ['10.0.0.9']],
    ['where older versions see an instruction', 'FROM a\nRUN <<E\nADD http://10.0.0.10/ /\nE', ['10.0.0.10']],
    ['behind an escape directive too late', 'FROM a\n# escape=`\nADD \\\n http://10.0.0.11/ /', ['10.0.0.11']],
    [
      'behind an escape directive that only some versions read',
      '# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nADD \\\n http://10.0.0.12/ /',
      ['10.0.0.12'],
    ],
    ['in what is no here-document', 'FROM a\nRUN echo " <<E"\nAD\\\nD http://10.0.0.27/ /\nE', ['10.0.0.27']],
    ['by a variable in it', 'FROM a\nRUN echo " <<E"\nENV H=10.0.0.32\nE\nADD http://$H/ /', ['10.0.0.32']],
    ['of an image in it', 'FROM a\nRUN echo "<<E"\nCO\\\nPY --from=10.0.0.28/x / /\nE', ['10.0.0.28']],
    ['of a base image in it', 'FROM a\nRUN <<E\nFR\\\nOM 10.0.0.29/x AS y\nE', ['10.0.0.29']],
    ['none of Python', 'FROM a\nRUN python3 <<E\nfrom 10.0.0.30/x import y\nE', []],
    ['by the value at its place', 'FROM a\nENV H=10.0.0.31\nRUN <<E\nADD http://$H/ /\nE\nENV H=b', ['10.0.0.31']],
    [
      'none by what a here-document says elsewhere',
      'FROM a\nENV H=b.example\nRUN <<E\nE\nADD http://$H/ /',
      ['b.example'],
    ],
    ['in quotes', 'FROM 10"."0.0.14:5000/app:1', ['10.0.0.14']],
    ['behind a scheme in quotes', 'FROM a\nADD ht"tp://10.0.0.15/latest/" /', ['10.0.0.15']],
    ['by an escape', "FROM a\nADD http://10\\.0.0.1'6'/ /", ['10.0.0.16']],
    ['by the other escape', '# escape=`\nFROM 10.0`.0.17/x', ['10.0.0.17']],
    ['of a mount in quotes', `FROM a\nRUN --mount="from=10.0.0'.'18/x,target=/m" true`, ['10.0.0.18']],
    ['of the last image of a mount', 'FROM a\nRUN --mount=from=a,from=10.0.0.19/x true', ['10.0.0.19']],
    ['by what is left of a variable', 'ARG R=10.0.0.20.example.com\nFROM ${R%.example.*}/x', ['10.0.0.20']],
    ['none by what is left of a version', 'ARG V=22.1\nFROM node:${V%.*}-slim AS a\nCOPY --from=a / /', []],
    ['in a variable with quotes inside', 'FROM a\nENV U=ht"tp://10.0.0."21\nADD $U/x /', ['10.0.0.21']],
    [
      'by a variable in front of a space',
      'FROM a\nENV H=10.0.0.22 Z=\\ H=example.com\nADD http://$H/ /',
      ['10.0.0.22'],
    ],
    ['by the value from before', 'FROM a\nENV A=10.0.0.23\nENV A=ok.example B=$A\nADD http://$B/ /', ['10.0.0.23']],
    ['by a name in a variable', 'FROM a\nENV N=H H=ok.example\nENV $N=10.0.0.24\nADD http://$H/ /', ['10.0.0.24']],
    ['in a list behind a space of another kind', 'FROM a\nADD ["http://10.0.0.25/", "/"]\u00a0', ['10.0.0.25']],
    ['of an argument that says nothing', 'FROM a\nENV H=10.0.0.26\nARG H\nADD http://$H/ /', ['10.0.0.26']],
    ['none for a tag by the kind of machine', 'FROM node:22-$TARGETARCH', []],
    ['by the escape of older versions', '# escape=`\nFROM a\nCOPY --fr\\om=10.0.0.13/x / /', ['10.0.0.13']],
    ['none for a file of the kind of machine', 'FROM a\nARG TARGETARCH\nADD x-$TARGETARCH.tar /', []],
    ['with a path by a variable', 'FROM a\nARG V\nADD https://example.com/$V.tar $V /', ['example.com']],
  ])('%s', (_what, text, hosts) => {
    expect(hostsOf(text)).toEqual({ hosts, hidden: [] });
  });

  test('what is given wins over what is written', () => {
    expect(hostsOf('ARG R=docker.io\nFROM $R/x', { R: '127.0.0.1' }).hosts).toEqual(['127.0.0.1']);
  });

  test.each([
    ['ADD of a variable of the base image', 'FROM a\nADD $URL /', 2],
    ['a registry that only BuildKit knows', 'ARG TARGETVARIANT\nFROM 127.0.0.1${TARGETVARIANT}/x', 2],
    ['a scheme', 'FROM a\nARG TARGETVARIANT\nADD http${TARGETVARIANT}://10.0.0.1/ /', 3],
    ['a way to write variables that is not known', 'ARG R=10.0.0.1x\nFROM ${R/x/}/y', 2],
    ['a port that may be a tag', 'ARG T=5000/x\nFROM registry:${T/y/}', 2],
    [
      'an argument that ENV wins over for some versions',
      'FROM a\nENV H=10.0.0.1\nARG H=example.com\nADD http://$H/ /',
      4,
    ],
    ['the first argument or the second', 'FROM a\nARG H=10.0.0.1\nARG H=example.com\nADD http://$H/ /', 4],
    [
      'a variable of what is put off',
      'FROM a AS b\nENV H=example.com\nONBUILD ADD http://$H/ /\nENV H=10.0.0.1\nFROM b',
      3,
    ],
    [
      'a variable that is put off',
      'FROM a AS b\nONBUILD ENV H=10.0.0.1\nENV H=example.com\nFROM b\nADD http://$H/ /',
      5,
    ],
    ['a variable of what may be no here-document', 'FROM a\nRUN ${x!} <<E\nENV H=10.0.0.1\nE\nADD http://$H/ /', 5],
    ['one that is set there once more', 'FROM a\nENV H=b\nRUN <<E\nE\\\nNV H=10.0.0.1\nE\nADD http://$H/ /', 7],
    ['one of a base image there', 'FROM a\nENV H=.b.example\nRUN <<E\nFROM x\nE\nADD http://10.0.0.1$H/ /', 6],
    ['one behind two escapes', 'FROM a\nENV H=10.0.0.1\nRUN x\\\\\nENV H=b\nADD http://$H/ /', 5],
    ['one behind an end that is none', 'FROM a\nENV H=10.0.0.1\nRUN <<E\n E\nENV H=b\nE\nADD http://$H/ /', 7],
    ['one behind a name with an escape', `FROM a\nENV H=10.0.0.1\nRUN <<'E\\'\nE\\\nENV H=b\nADD http://$H/ /`, 6],
    ['any variable, by its name', 'FROM a\nENV N=H H=example.com\nENV ${N/y/}=10.0.0.1\nADD http://$H/ /', 4],
  ])('%s is told, since nobody can say which host it is', (_what, text, line) => {
    expect(hostsOf(text).hidden).toEqual([line]);
  });
});
