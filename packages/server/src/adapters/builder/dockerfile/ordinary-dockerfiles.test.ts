import { expect, test } from 'vitest';
import { judgeDockerfile } from './judge-dockerfile.ts';
import { judgeOutsideHosts } from './judge-outside-hosts.ts';

/** What people write, each piece beside each other one: none of it is refused, and only public hosts are called. */
const heads = [
  '',
  '# syntax=docker/dockerfile:1\n',
  '# syntax=docker/dockerfile:1\n# check=skip=all\n# escape=\\\n',
  '#!/usr/bin/env docker\n# Escape = ` in words\n\n',
  'ARG VERSION=22.1.0\nARG REGISTRY=ghcr.io\nARG SUITE\n',
];
const pieces = [
  'RUN <<EOF\nset -e\nADD=1\nadd these two\nCOPY the files\nenv NAME=value make\nfrom here on\nEOF',
  'RUN python3 <<"PY" && echo done\nfrom os import path\nimport sys\nfrom a.b import c\nprint("it\'s", 1 << 2)\nPY',
  'COPY <<-one.conf <<-two.conf /etc/\n\tserver { listen 80; }\n\tone.conf\n\tENV MODE=two\n\ttwo.conf',
  "RUN sh -c 'cat <<EOF > /x\n'\nRUN echo \"<<EOF\" '<<E' $((1 << 2)) && cat <<< word",
  'ENV GREETING="it\'s a \\"word\\"" PATH=$PATH:/opt/bin OLD=\'a b\'\nENV LEGACY one "two" three\nLABEL a="b \\\n  c"',
  'ARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update \\\n  # why\n\n  && env DEBIAN_FRONTEND=$DEBIAN_FRONTEND \\\n  env $OPTIONS apt-get install -y \\\n    add curl',
  'RUN ["sh", "-c", "echo <<E"]\nCMD ["node", "server.js"]\nADD ["a file", "/b c/"]\nCOPY ["x", "y", "/z/"]',
  'ARG TARGETARCH\nARG TARGETPLATFORM\nADD https://example.com/v${VERSION:-1}/tool-${TARGETARCH}.tar.gz /opt/',
  'ENV BASE=https://example.com/files NAME="tool"\nADD --checksum=sha256:0 "${BASE}/$NAME.tar" /opt/\nADD file-$NAME.txt /',
  'RUN --mount=type=cache,target=/root/.npm,sharing=locked \\\n    --mount=type=bind,from=base,source=/a,target=/b \\\n    npm ci',
  'HEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1\nRUN wget http://10.0.0.1/x\nONBUILD RUN echo "$HOME"',
  'FROM base AS other\nCOPY --from=base --chown=1000:1000 /a /b\nCOPY --from=0 /a /b\nCOPY --from=nginx:1.27 /a /b\nFROM scratch\nENV A=1',
];

const refusalOfHost = async (host: string) => (/^(?:example\.com|ghcr\.io)$/.test(host) ? undefined : `not ${host}`);
const refusalOf = Object.assign(refusalOfHost, { ofRegistry: async () => undefined });
const refusal = async (text: string) => {
  try {
    judgeDockerfile(text);
    await judgeOutsideHosts(text, {}, refusalOf, 'svc_1');
    return undefined;
  } catch (error) {
    return `${String(error)}\n${text}`;
  }
};

test('none of what people write is refused, whatever stands beside it', async () => {
  for (const head of heads) {
    const from = head.startsWith('ARG') ? '${REGISTRY}/team/node:${VERSION%.*}-slim${SUITE:+-$SUITE}' : 'node:22';
    for (const one of pieces)
      for (const other of pieces) {
        const text = `${head}FROM --platform=$BUILDPLATFORM ${from} AS base\n${one}\n${other}\nFROM base\n${one}\nUSER 1000\n`;
        expect(await refusal(text)).toBeUndefined();
        expect(await refusal(text.replaceAll('\n', '\r\n'))).toBeUndefined();
      }
  }
});
