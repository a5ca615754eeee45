/**
 * The user's own shell text (Procfile, overrides) for the user's own sandboxed process: unmodified, never joined with
 * anything. This is the one way in which a shell gets to see words that davit did not write itself.
 */
export function userCommand(text: string): string[] {
  return ['/bin/sh', '-c', text];
}

/**
 * A command that needs PORT in its arguments. No environment variable of uvicorn, Flask or PHP can refer to another one, so a
 * shell puts it there: a fixed text with positional parameters, in which detected names can do no harm.
 */
export function withPort(argv: readonly string[], ...portArguments: PortArgument[]): string[] {
  const text = ['exec "$@"', ...portArguments.map((argument) => PORT_TEXTS[argument])].join(' ');
  return ['/bin/sh', '-c', text, 'sh', ...argv];
}

const PORT_TEXTS = {
  '--port PORT': '--port "$PORT"',
  '-p PORT': '-p "$PORT"',
  '--bind 0.0.0.0:PORT': '--bind "0.0.0.0:$PORT"',
  '0.0.0.0:PORT': '"0.0.0.0:$PORT"',
  '--server.port PORT': '--server.port "$PORT"',
} as const;

type PortArgument = keyof typeof PORT_TEXTS;

/** Whether a script is nothing but a command and its arguments, so that it needs no shell: then its words. */
export function plainWords(script: string): string[] | undefined {
  const words = script.trim().split(/\s+/);
  return words.every((word) => /^[\w./@:=,+-]+$/.test(word)) && !(words[0] ?? '=').includes('=') ? words : undefined;
}
