/** The command that Pulumi advises when it finds no plugin and cannot download it; on a server nobody can run it. */
const advice = /pulumi plugin install resource (?<name>[\w-]+)(?: v?(?<version>\d[\w.+-]*))?/;

/** What to do about a plugin that is not there and cannot be downloaded; undefined when that is not what went wrong. */
export function explainMissingPlugin(message: string): string | undefined {
  const found = advice.exec(message)?.groups;
  if (found === undefined) return undefined;
  const { name, version = 'VERSION' } = found;
  return `On a network without a way to the download, install the plugin on the server first: davit admin plugins add ${name} ${version} --file ARCHIVE`;
}
