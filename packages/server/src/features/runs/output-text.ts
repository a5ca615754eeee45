import { plainText } from '../../kernel/plain-text.ts';
import type { OutputLine } from '../../platform/runs/run.ts';

/** Output as a file to keep: a heading where a step begins, then its lines as plain text. */
export async function* outputText(
  pages: AsyncIterable<readonly OutputLine[]>,
): AsyncGenerator<string, void, undefined> {
  let step: string | undefined;
  for await (const lines of pages) {
    let text = '';
    for (const line of lines) {
      if (line.step !== step) text += `${step === undefined ? '' : '\n'}== ${plainText(line.step)} (${line.at}) ==\n`;
      step = line.step;
      text += `${plainText(line.content)}\n`;
    }
    if (text !== '') yield text;
  }
}
