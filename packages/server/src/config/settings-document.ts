import { plannedSettings, settings } from './settings.ts';

/** docs/configuration.md, made from the table of settings, so that the two cannot differ. */
export function renderSettingsDocument(): string {
  const rows = Object.entries(settings).map(
    ([name, { meaning, shownDefault, schema }]) =>
      `| \`${name}\` | ${shownDefault} | ${meaning} | ${escapeCell(schema.description ?? '')} |`,
  );
  const planned = plannedSettings.map(
    ({ part, names }) => `- ${part}: ${names.map((name) => `\`${name}\``).join(', ')}`,
  );
  return `# Configuration

davit is configured by environment variables of the server. All are read and checked at start; everything that is wrong
is reported at once. A variable that is set to nothing counts as unset. No secret has a known default: one that is not
given is made at the first start and kept in \`DATA_DIR\` with mode 0600.

| variable | default | meaning | form |
| --- | --- | --- | --- |
${rows.join('\n')}

\`XDG_RUNTIME_DIR\` is used for the socket of the embedded PostgreSQL where the path of \`DATA_DIR\` is too long for one.

## Reserved

These belong to parts that this version does not have. Those that only davit reads are refused, so that nobody believes
they have an effect; \`PULUMI_*\`, which other programs read too, is reported and ignored.

${planned.join('\n')}
`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
