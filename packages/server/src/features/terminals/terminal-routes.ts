import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listAnswering } from '../../adapters/runtime/list-answering.ts';
import { type Runtime, rootKinds } from '../../adapters/runtime/runtime.ts';
import { socketRoute } from '../../platform/http/socket-route.ts';
import type { AuditLog } from '../organizations/index.ts';
import type { ServiceService } from '../services/index.ts';
import { terminalErrors } from './terminal-errors.ts';
import { runTerminalSession } from './terminal-session.ts';

const params = z.strictObject({ id: z.string(), instanceId: z.string() });
const cells = z.coerce.number().int().min(1).max(1000);
const argument = z
  .string()
  .max(8192)
  .regex(/^[^\0]*$/, 'has a zero byte');
const query = z
  .strictObject({
    cols: cells.default(80),
    rows: cells.default(24),
    command: z
      .preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(argument).min(1).max(200))
      .optional()
      .meta({ description: 'A program and its arguments, one each time it is given; a shell without it.' }),
    tty: z
      .enum(['true', 'false'])
      .default('true')
      .meta({ description: 'false: the command gets pipes, so that its outputs stay apart and its input has an end.' }),
  })
  .refine(({ command, tty }) => command !== undefined || tty === 'true', {
    path: ['tty'],
    message: 'A shell needs a terminal; give a command.',
  });

const OPEN_TIMEOUT_MS = 15_000;

interface TerminalRouteDependencies {
  services: Pick<ServiceService, 'get'>;
  runtime: Pick<Runtime, 'list' | 'openTerminal'>;
  audit: AuditLog;
}

/** A terminal in an instance, or a command, as a WebSocket. */
export function registerTerminalRoutes(
  app: FastifyInstance,
  { services, runtime, audit }: TerminalRouteDependencies,
): void {
  socketRoute(app, {
    path: '/v1/services/:id/instances/:instanceId/terminal',
    tag: 'services',
    operationId: 'openTerminal',
    summary: 'Open a terminal or run a command in an instance, as a WebSocket',
    protocol:
      'A WebSocket. Binary messages are bytes, both ways. Text messages are JSON: `{"type":"resize","cols":80,"rows":24}` up, ' +
      '`{"type":"exit","code":0,"reason":"…"}` down, as the last. With `tty=false` the first byte of each binary message down is 1 ' +
      '(stdout) or 2 (stderr), and `{"type":"end"}` up ends the input. Closed with 4403 when the session or role ends, with 1012 when ' +
      'the server stops. No message may be larger than 64 KiB.',
    policy: { role: 'developer' },
    params,
    query,
    async handle({ params: { id, instanceId }, query: { command, tty, ...size }, principal, request, accept }) {
      await services.get(principal.organizationId, id);
      const signal = AbortSignal.timeout(OPEN_TIMEOUT_MS);
      const { seen, away } = await listAnswering(runtime, signal, rootKinds, { serviceId: id });
      const isThere = seen.some((one) => one.id === instanceId);
      if (!isThere) throw away ?? terminalErrors.INSTANCE_NOT_FOUND();
      const record = (action: string, details: object) =>
        audit.record({
          principal,
          action,
          subject: id,
          result: 'done',
          address: request.ip,
          details: { instanceId, ...details },
        });
      const asked = command === undefined ? size : { ...size, command, tty: tty === 'true' };
      const terminal = await runtime.openTerminal(instanceId, asked, signal);
      try {
        // Before the first byte: a terminal of which the log knows nothing is not to be.
        // Only the program: its arguments may be secrets.
        await record('terminal.open', command === undefined ? {} : { program: command[0] });
        const openedAt = Date.now();
        const exit = await runTerminalSession(terminal, await accept(), command === undefined ? 'shell' : 'command');
        await record('terminal.close', { ...exit, seconds: Math.round((Date.now() - openedAt) / 1000) });
      } finally {
        terminal.close();
      }
    },
  });
}
