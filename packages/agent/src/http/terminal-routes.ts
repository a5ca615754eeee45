import { z } from 'zod';
import { agentId } from '../protocol/protocol.ts';
import { TERMINAL_PROTOCOL } from '../protocol/terminal-frames.ts';
import type { Terminals } from '../terminals/terminals.ts';
import type { AgentUpgrade } from './upgrades.ts';
import { validate } from './validate.ts';

const cells = z.coerce.number().int().min(1).max(1000);
const sizeQuery = z.strictObject({ cols: cells.default(80), rows: cells.default(24) });

/** Terminals: connections that stop being HTTP. */
export function terminalUpgrades(terminals: Terminals): AgentUpgrade[] {
  return [
    {
      path: '/v1/instances/:id/terminal',
      protocol: TERMINAL_PROTOCOL,
      open: ({ params, query }) => terminals.open(validate(agentId, params.id), validate(sizeQuery, query)),
    },
  ];
}
