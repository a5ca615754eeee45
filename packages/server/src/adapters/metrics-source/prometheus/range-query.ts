import { z } from 'zod';
import { AppError } from '../../../kernel/app-error.ts';
import { metricsErrors } from '../metrics-errors.ts';

/** An expression at each of some moments, in Unix seconds. */
export interface RangeQuery {
  expression: string;
  start: number;
  end: number;
  step: number;
}

const timeoutMs = 10_000;
// An answer is one series of at most 200 values.
const maxAnswerBytes = 1024 * 1024;

/** https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries */
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z
      .array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }))
      .max(1, 'more than one series'),
  }),
});

/** Names nothing of where Prometheus is: the caller sees it. */
function unavailable(reason: string, cause?: unknown): AppError {
  return metricsErrors.METRICS_UNAVAILABLE({
    message: `The metrics cannot be read from Prometheus: ${reason}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) throw unavailable('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function ask(url: string, query: RangeQuery, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const { expression, start, end, step } = query;
  const body = new URLSearchParams({
    query: expression,
    start: String(start),
    end: String(end),
    step: String(step),
    timeout: `${timeoutMs / 1000}s`,
  });
  try {
    const response = await fetch(`${url}/api/v1/query_range`, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, text: await readLimited(response) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const late = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
    throw unavailable(late ? 'it does not answer in time' : 'it cannot be reached', error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The values of an expression that gives one series, by moment. What is no finite number is left out.
 * @throws AppError METRICS_UNAVAILABLE
 */
export async function queryRange(url: string, query: RangeQuery, signal: AbortSignal): Promise<Map<number, number>> {
  const { status, text } = await ask(url, query, signal);
  if (status !== 200) throw unavailable(`it answered ${status}`, new Error(text.slice(0, 500)));
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) throw unavailable('its answer is not one of its API', answer.error);
  const values = answer.data.data.result[0]?.values ?? [];
  return new Map(
    values.map(([at, value]) => [at, Number(value)] as const).filter(([, value]) => Number.isFinite(value)),
  );
}
