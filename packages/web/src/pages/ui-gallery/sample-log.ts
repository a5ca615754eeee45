import type { LogLine } from '../../ui/log-viewer/index.ts';

const ESC = '\u001b';
const START = Date.UTC(2026, 0, 1, 12, 0, 0);
const words = [
  'GET /v1/orders',
  'POST /v1/orders',
  'GET /health',
  'cache miss',
  'connected to the database',
  'GET /v1/customers/42',
];

/** What may come out of a program, and must do no harm. */
const oddLines = [
  `${ESC}[32m✓${ESC}[0m ${ESC}[1mbuilt${ESC}[0m in ${ESC}[36m1.2 s${ESC}[0m, ${ESC}[33m2 warnings${ESC}[0m`,
  `${ESC}[41;97m FAIL ${ESC}[0m ${ESC}[31mTypeError: cannot read properties of undefined${ESC}[0m`,
  `a ${ESC}]8;;https://evil.example${ESC}\\link${ESC}]8;;${ESC}\\ and the clipboard ${ESC}]52;c;ZXZpbA==\u0007 stay out`,
  '<img src=x onerror=alert(1)> javascript:alert(1)',
  'direction \u202eesrever\u202c marks are written out',
  'progress  10 %\rprogress  60 %\rprogress 100 %',
  '',
  `${ESC}[38;2;255;240;0mbright yellow${ESC}[0m ${ESC}[38;5;17mdark blue${ESC}[0m ${ESC}[2mdim${ESC}[0m ${ESC}[4munderlined${ESC}[0m`,
  `a long line ${'lorem ipsum dolor sit amet '.repeat(400)}`,
];

/** The line of a made-up log at an index: always the same. */
export function sampleLine(index: number): LogLine {
  const at = START + index * 7;
  const odd = index % 40;
  const content =
    oddLines[odd] ??
    `${words[index % words.length]} 200 ${(index * 37) % 900} ms request=${(index * 2_654_435_761) % 4_294_967_296}`;
  const stream = odd === 1 ? 'stderr' : index % 97 === 96 ? 'system' : 'stdout';
  return { content, stream, at, label: `api-${(index % 3) + 1}` };
}
