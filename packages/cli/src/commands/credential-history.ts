import { eachItem, type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { formatAge } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

/** A use says which run had it for what; a change only that it was one. */
function describe({ action, result, details }: Schemas['AuditEntry']): string {
  const { runId, resource, reason } = details;
  const use = action === 'credential.use' ? `by run ${String(runId)} for ${String(resource)}: ${String(reason)}` : '';
  return sanitizeLine(result === 'done' ? use : `${result} ${use}`.trim());
}

async function history(context: Context, _options: CommonOptions, wanted = ''): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const { id: subject, name } = await unwrap(api.GET('/v1/credentials/{id}', { params: { path: { id: wanted } } }));
  const { organization } = await unwrap(api.GET('/auth/me'));
  const path = { id: organization.id };
  const entries = await Array.fromAsync(
    eachItem((cursor) =>
      unwrap(api.GET('/v1/organizations/{id}/audit-log', { params: { path, query: { limit: 200, cursor, subject } } })),
    ),
  );
  const rows = entries.map((entry) => [formatAge(entry.at), entry.action, describe(entry)]);
  const text = entries.length === 0 ? `Nothing is recorded of ${name}.` : formatTable(rows);
  output.result({ value: entries, text, quiet: entries.map(({ id }) => id).join('\n') });
}

/** `davit credential history` */
export function createCredentialHistoryCommand(): Command {
  const command = davitCommand({
    name: 'history',
    summary: 'show which runs used a credential, and what was done with it',
    examples: [['davit credential history prod', 'newest first, from the audit log']],
  }).argument('<credential>', 'its name or id');
  return acting<CommonOptions>(command, history);
}
