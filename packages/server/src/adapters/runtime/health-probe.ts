import { request } from 'node:http';
import { connect } from 'node:net';
import type { HealthCheck } from './runtime.ts';

/** One look at an instance: healthy, or why not. `listening` tells "nothing there" from "there, but not well". */
export interface ProbeResult {
  healthy: boolean;
  listening: boolean;
  detail: string;
}

// A probe that hangs must not use up the whole health timeout: it is tried again.
const probeTimeoutMs = 5000;

function probeConnection(host: string, port: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(probeTimeoutMs, () =>
      finish({ healthy: false, listening: false, detail: 'the connection timed out' }),
    );
    socket.once('connect', () => finish({ healthy: true, listening: true, detail: 'accepts connections' }));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish({
        healthy: false,
        listening: false,
        detail: error.code === 'ECONNREFUSED' ? 'nothing listens' : error.message,
      }),
    );
  });
}

function probePath(host: string, port: number, path: string): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const call = request({
      host,
      port,
      path,
      method: 'GET',
      agent: false,
      headers: { 'user-agent': 'davit-health-check' },
    });
    const finish = (result: ProbeResult) => {
      call.destroy();
      resolve(result);
    };
    call.setTimeout(probeTimeoutMs, () =>
      finish({ healthy: false, listening: true, detail: `${path} did not answer in 5 s` }),
    );
    call.once('response', (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      finish({ healthy: status >= 200 && status < 400, listening: true, detail: `${path} answered ${status}` });
    });
    call.once('error', (error: NodeJS.ErrnoException) =>
      finish({
        healthy: false,
        listening: error.code !== 'ECONNREFUSED',
        detail: error.code === 'ECONNREFUSED' ? 'nothing listens' : `${path}: ${error.message}`,
      }),
    );
    call.end();
  });
}

/** Asks an instance once. A path is healthy when it answers 2xx or 3xx; without one, a connection is enough. */
export function probeHealth(host: string, port: number, check: Pick<HealthCheck, 'path'>): Promise<ProbeResult> {
  return check.path === null ? probeConnection(host, port) : probePath(host, port, check.path);
}
