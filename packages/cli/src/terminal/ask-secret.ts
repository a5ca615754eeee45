import { emitKeypressEvents, type Key } from 'node:readline';
import { cancelled, wrongUsage } from '../command-line/cli-error.ts';

// With these a terminal is asked to mark where a paste begins and ends, which Node's decoder of keys knows
// (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode). One that cannot do so takes no notice.
const markPastes = '\u001b[?2004h';
const markNoPastes = '\u001b[?2004l';

/** What was typed so far, key by key. */
class HiddenLine {
  #text = '';
  #isPasting = false;
  /** Whether more came at once after the end of the line: a paste of several lines by a terminal that does not mark it. */
  isCut = false;

  /** @returns how the line ended, if it did */
  take(text: string | undefined, { name, ctrl, sequence = '' }: Key): 'done' | 'cancelled' | undefined {
    if (name === 'paste-start' || name === 'paste-end') this.#isPasting = name === 'paste-start';
    else if (this.#isPasting) this.#text += text ?? sequence;
    else if (name === 'return' || name === 'enter') return 'done';
    else if (ctrl && (name === 'c' || (name === 'd' && this.#text === ''))) return 'cancelled';
    else if (ctrl && name === 'u') this.#text = '';
    else if (name === 'backspace') this.#text = this.#text.replace(/.$/su, '');
    else if (!ctrl && text !== undefined) this.#text += text;
    return undefined;
  }

  /** As a file would have it, without the last end of line: terminals paste each as a carriage return. */
  value(): string {
    return this.#text.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '');
  }
}

/**
 * Asks for a secret on the terminal, which does not show it. One of several lines, such as a PEM key, is pasted whole: its lines
 * must not end up as answers to what is asked next, or as commands in the shell.
 *
 * @param instead another way to give it, told where a terminal cannot paste several lines
 * @throws CliError cancelled by Ctrl-C or the end of input
 */
export async function askSecret(question: string, instead: string): Promise<string> {
  const { stdin, stderr } = process;
  const line = new HiddenLine();
  const { promise, resolve } = Promise.withResolvers<'done' | 'cancelled'>();
  let end: 'done' | 'cancelled' | undefined;
  const onEnd = () => resolve('cancelled');
  const onKey = (text: string | undefined, key: Key) => {
    if (end !== undefined) {
      line.isCut ||= key.name !== 'return' && key.name !== 'enter';
      return;
    }
    end = line.take(text, key);
    // The keys of one paste come in one turn: what follows the end of its first line is still to be heard of.
    if (end !== undefined) setImmediate(resolve, end);
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', onKey).once('end', onEnd).resume();
  stderr.write(question + markPastes);
  const how = await promise;
  stdin.off('keypress', onKey).off('end', onEnd).pause();
  stdin.setRawMode(false);
  // Whatever comes next begins on a line of its own.
  stderr.write(`${markNoPastes}\n`);
  if (how === 'cancelled') throw cancelled('Cancelled.');
  if (!line.isCut) return line.value();
  throw wrongUsage('Several lines were pasted, and this terminal does not say where a paste ends.', { hint: instead });
}
