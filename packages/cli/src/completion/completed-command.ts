/** What a completion knows of a command. */
export interface CompletedCommand {
  name: string;
  summary: string;
  options: readonly { name: string; description: string; takesValue: boolean }[];
  /** The commands in a group, such as `env`. */
  members: readonly CompletedCommand[];
}

/** Text inside single quotes of a POSIX shell. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
