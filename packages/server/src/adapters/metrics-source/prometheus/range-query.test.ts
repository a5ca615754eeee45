import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPrometheusSource } from './prometheus-source.ts';
import { queryRange } from './range-query.ts';

/** Something that answers where Prometheus should be. */
async function listenWith(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;
const query = { expression: 'up', start: 100, end: 200, step: 50 };
const matrix = (values: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } });

const ask = async (body: string, status = 200) =>
  await queryRange(await listenWith((_, response) => response.writeHead(status).end(body)), query, never);

describe('an answer of Prometheus', () => {
  test('is its values by moment; what is no number is none', async () => {
    const values = [
      [100, '0.5'],
      [150, 'NaN'],
      [200, '+Inf'],
    ];
    expect(await ask(matrix(values))).toEqual(new Map([[100, 0.5]]));
    expect(await ask(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }))).toEqual(
      new Map(),
    );
  });

  test.each([
    [
      'an error of its own',
      JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'secret-host' }),
      422,
      '422',
    ],
    ['no JSON', '<html>secret-host</html>', 200, 'not one of its API'],
    ['of another kind', JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }), 200, 'API'],
    ['with other values', matrix([['100', 5]]), 200, 'API'],
    ['without end', matrix([]).padEnd(2_000_000), 200, 'too long'],
  ])('that is %s is refused, and its text is not passed on', async (_, body, status, reason) => {
    const refusal = ask(body, status);
    await expect(refusal).rejects.toMatchObject({
      code: 'METRICS_UNAVAILABLE',
      message: expect.stringContaining(reason),
    });
    await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining('secret-host') });
  });

  test('that leads elsewhere is not followed', async () => {
    const url = await listenWith((request, response) => {
      if (request.url === '/elsewhere') response.end(matrix([[100, '1']]));
      else response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(queryRange(url, query, never)).rejects.toMatchObject({ code: 'METRICS_UNAVAILABLE' });
  });

  test('that nobody gives is no wait without end', async () => {
    const url = await listenWith(() => {});
    const signal = AbortSignal.timeout(100);
    await expect(queryRange(url, query, signal)).rejects.toMatchObject({ message: expect.stringContaining('in time') });
  });

  test('of nobody says so', async () => {
    const refusal = queryRange('http://127.0.0.1:1', query, never);
    await expect(refusal).rejects.toMatchObject({ message: expect.stringContaining('cannot be reached') });
  });
});

test('a question is a form, so that no expression is cut by its length, and asks for ended intervals only', async () => {
  const bodies: URLSearchParams[] = [];
  const url = await listenWith((request, response) => {
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      bodies.push(form);
      response.end(matrix([[Number(form.get('start')), '2']]));
    });
  });
  const from = Math.floor(Date.now() / 1000) - 90;
  const series = await createPrometheusSource(url).read(
    { organizationId: 'org', serviceId: 'svc_"1', from, stepSeconds: 30, count: 120 },
    never,
  );
  expect(bodies).toHaveLength(12);
  for (const body of bodies) {
    expect(body.get('query')).toContain('{service_id="svc_\\"1"');
    expect(body.get('start')).toBe(String(from + 30));
    expect(Number(body.get('end'))).toBeLessThanOrEqual(Date.now() / 1000);
  }
  expect(series.cpuCores).toHaveLength(120);
  expect(series.cpuCores.slice(0, 2)).toEqual([2, null]);
});
