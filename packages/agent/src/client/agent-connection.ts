import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { AgentError } from '../protocol/agent-error.ts';
import { type AgentErrorBody, type AgentErrorCode, PROTOCOL_VERSION } from '../protocol/protocol.ts';
import { renewalPaths } from '../protocol/renewal.ts';

const PROTOCOL_HEADER = 'x-davit-protocol';
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

export interface CallOptions {
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** How long to go on trying when the agent is not there, in milliseconds. */
  patienceMs: number;
}

type Response = Dispatcher.ResponseData;

/** HTTP to the agent over its unix socket. */
export interface AgentConnection {
  /** JSON of the answer; undefined for an empty one. @throws AgentError, or the reason of `signal` */
  call(path: string, options: CallOptions): Promise<unknown>;
  /** The answer's body as it comes. The iteration throws when the agent goes away in the middle. */
  stream(path: string, options: CallOptions): Promise<AsyncIterable<Buffer>>;
  close(): Promise<void>;
}

const unreachable = (cause: unknown): AgentError =>
  new AgentError('AGENT_UNREACHABLE', 'The agent of this machine does not answer: is it running?', cause);

async function readError(response: Response): Promise<AgentError> {
  try {
    const { code, message } = (await response.body.json()) as AgentErrorBody;
    return new AgentError(code, message);
  } catch (thrown) {
    return new AgentError('AGENT_INTERNAL', `The agent answered with status ${response.statusCode}.`, thrown);
  }
}

async function check(path: string, response: Response): Promise<Response> {
  const spoken = response.headers[PROTOCOL_HEADER];
  if (spoken !== String(PROTOCOL_VERSION) && !renewalPaths.includes(path)) {
    await response.body.dump();
    const message = `The agent speaks protocol ${String(spoken ?? 'none')}, this davit ${PROTOCOL_VERSION}: restart the agent.`;
    throw new AgentError('AGENT_PROTOCOL_MISMATCH' satisfies AgentErrorCode, message);
  }
  if (response.statusCode >= 400) throw await readError(response);
  return response;
}

/** Calls may last as long as what they wait for: no timeouts here, the caller's signal ends them. */
export function createAgentConnection(socketPath: string): AgentConnection {
  const pool = new Pool('http://agent', { socketPath, connections: null, headersTimeout: 0, bodyTimeout: 0 });

  /** Every call may be repeated, so that one that the agent's end cut off is sent again to the next agent. */
  async function insist<T>(options: CallOptions, attempt: () => Promise<T>): Promise<T> {
    const { signal, patienceMs } = options;
    const giveUpAt = Date.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      signal?.throwIfAborted();
      try {
        return await attempt();
      } catch (thrown) {
        signal?.throwIfAborted();
        if (thrown instanceof AgentError) throw thrown;
        if (Date.now() + pause > giveUpAt) throw unreachable(thrown);
        await sleep(pause);
      }
    }
  }

  async function request(path: string, { method = 'GET', body, signal }: CallOptions): Promise<Response> {
    const response = await pool.request({
      path,
      method,
      headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
    return check(path, response);
  }

  return {
    call: (path, options) =>
      insist(options, async () => {
        const response = await request(path, options);
        const text = await response.body.text();
        return text === '' ? undefined : (JSON.parse(text) as unknown);
      }),
    stream: (path, options) => insist(options, async () => (await request(path, options)).body),
    close: () => pool.destroy(),
  };
}
