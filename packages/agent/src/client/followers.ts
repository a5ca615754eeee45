import { AgentError } from '../protocol/agent-error.ts';
import type { AgentInfo, LogLine, LogPage, LogQuery } from '../protocol/protocol.ts';
import type { AgentConnection } from './agent-connection.ts';
import { withQuery } from './query.ts';

export interface FollowContext {
  connection: AgentConnection;
  /** How long to wait for an agent that has gone away, in milliseconds. */
  patienceMs: number;
}

/** Follows one stream of a command over any number of connections; no byte is missing and none comes twice. */
export async function* followOutput(
  { connection, patienceMs }: FollowContext,
  path: string,
  start: number,
  signal: AbortSignal | undefined,
): AsyncIterable<Buffer> {
  let offset = start;
  for (;;) {
    const body = await connection.stream(withQuery(path, { offset }), { signal, patienceMs });
    try {
      for await (const chunk of body) {
        offset += chunk.length;
        yield chunk;
      }
      return;
    } catch (thrown) {
      signal?.throwIfAborted();
      if (thrown instanceof AgentError) throw thrown;
    }
  }
}

/** Whole lines of text from chunks of bytes; an unfinished last line is left out. */
async function* toLines(body: AsyncIterable<Buffer>): AsyncIterable<string> {
  let rest: Buffer[] = [];
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}

/** Describes the agent that answers and stays with it to its end: nothing is asked again of the next one. */
export async function* followInfo(
  connection: AgentConnection,
  signal: AbortSignal | undefined,
): AsyncIterable<AgentInfo> {
  const body = await connection.stream('/v1/info/follow', { signal, patienceMs: 0 });
  let cause: unknown;
  try {
    for await (const line of toLines(body)) yield JSON.parse(line) as AgentInfo;
  } catch (thrown) {
    signal?.throwIfAborted();
    cause = thrown;
  }
  throw new AgentError('AGENT_UNREACHABLE', 'The agent of this machine is gone.', cause);
}

/** Follows a log over any number of connections, from the last line seen. Ends when `signal` is aborted. */
export async function* followLog(
  { connection, patienceMs }: FollowContext,
  path: string,
  query: Pick<LogQuery, 'after' | 'search' | 'instance' | 'label' | 'stream'>,
  signal: AbortSignal,
): AsyncIterable<LogLine[]> {
  let { after } = query;
  try {
    if (after === undefined) {
      // "From now on" must mean the same moment after a reconnect.
      const page = (await connection.call(withQuery(path, { limit: 1 }), { signal, patienceMs })) as LogPage;
      after = page.nextCursor ?? undefined;
    }
    while (!signal.aborted) {
      const body = await connection.stream(withQuery(`${path}/follow`, { ...query, after }), { signal, patienceMs });
      try {
        for await (const line of toLines(body)) {
          const lines = JSON.parse(line) as LogLine[];
          yield lines;
          after = lines.at(-1)?.cursor ?? after;
        }
        // The log was removed.
        return;
      } catch (thrown) {
        if (thrown instanceof AgentError) throw thrown;
      }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
