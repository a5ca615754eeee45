import { z } from 'zod';
import { agentId } from '../protocol/protocol.ts';
import { TERMINAL_PROTOCOL } from '../protocol/terminal-frames.ts';
import type { Terminals } from '../terminals/terminals.ts';
import type { AgentUpgrade } from './upgrades.ts';
import { validate } from './validate.ts';

const cells = z.coerce.number().int().min(1).max(1000);
const requestQuery = z.strictObject({
  cols: cells.default(80),
  rows: cells.default(24),
  command: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('is no JSON');
        return z.NEVER;
      }
    })
    .pipe(z.array(z.string().regex(/^[^\0]*$/)).min(1))
    .optional(),
  tty: z.stringbool().default(true),
});

/** Terminals: connections that stop being HTTP. */
export function terminalUpgrades(terminals: Terminals): AgentUpgrade[] {
  return [
    {
      path: '/v1/instances/:id/terminal',
      protocol: TERMINAL_PROTOCOL,
      open: ({ params, query }) => terminals.open(validate(agentId, params.id), validate(requestQuery, query)),
    },
  ];
}
