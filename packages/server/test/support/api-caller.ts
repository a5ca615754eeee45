import { setTimeout as sleep } from 'node:timers/promises';

/** An answer, whatever its status. */
export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Headers;
}

export interface DeploymentView {
  id: string;
  runId: string;
  serviceId: string;
  number: number;
  status: string;
  reason: string | null;
  hint: string | null;
  errorCode: string | null;
  currentStep: string | null;
  commit: { sha: string; message: string | null; author: string | null } | null;
  steps?: { name: string; state: string; startedAt: string; finishedAt: string | null }[];
}

export interface ServiceView {
  id: string;
  projectId: string;
  name: string;
  url: string;
  activeReleaseId: string | null;
  desiredState: string;
}

export type ApiCaller = ReturnType<typeof createApiCaller>;

const ended = new Set(['active', 'retired', 'skipped', 'failed', 'canceled', 'superseded']);

/** Told of every request and its answer. */
export interface RequestWatch {
  sent(path: string, body: unknown): void;
  answered(method: string, path: string, text: string): void;
}

/** Speaks to the API as a program would, with what tests ask for again and again. */
export function createApiCaller(baseUrl: () => string, token?: string, watch?: RequestWatch) {
  let accessToken = token;

  async function call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    watch?.sent(path, body);
    const isStream = body instanceof ReadableStream || body instanceof Uint8Array;
    const response = await fetch(`${baseUrl()}${path}`, {
      method,
      headers: {
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
        ...(body === undefined || isStream ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: isStream ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body), duplex: 'half' }),
    });
    const text = await response.text();
    watch?.answered(method, path, text);
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T, headers: response.headers };
  }

  /** As call(), for requests that must succeed. */
  async function done<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T> {
    const answer = await call<T>(method, path, body, headers);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  return {
    call,
    done,
    get token() {
      return accessToken;
    },

    async register(input: {
      email: string;
      password: string;
      name: string;
      claimToken?: string;
      invitationToken?: string;
    }) {
      const signedIn = await done<{ accessToken: string }>('POST', '/auth/register', input);
      accessToken = signedIn.accessToken;
    },

    async login(email: string, password: string) {
      const signedIn = await done<{ accessToken: string }>('POST', '/auth/login', { email, password });
      accessToken = signedIn.accessToken;
    },

    createProject: (name: string) => done<{ id: string }>('POST', '/v1/projects', { name }),

    createService: (projectId: string, input: object) =>
      done<ServiceView>('POST', `/v1/projects/${projectId}/services`, input),

    /** Uploads a tar or tar.gz archive. */
    async upload(archive: Uint8Array): Promise<string> {
      const { id } = await done<{ id: string }>('POST', '/v1/uploads', archive, { 'content-type': 'application/gzip' });
      return id;
    },

    deploy: (serviceId: string, input: object = {}) =>
      done<DeploymentView>('POST', `/v1/services/${serviceId}/deploy`, input),

    /** Waits until a deployment has ended, however; fails when that takes longer than `timeoutMs`. */
    async settled(deploymentId: string, timeoutMs = 240_000): Promise<DeploymentView> {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        // A server that is being restarted does not answer: that is part of what is tested.
        const deployment = await done<DeploymentView>('GET', `/v1/deployments/${deploymentId}`).catch(() => undefined);
        if (deployment !== undefined && ended.has(deployment.status)) return deployment;
        if (Date.now() > deadline)
          throw new Error(`deployment ${deploymentId} did not end: ${JSON.stringify(deployment)}`);
        await sleep(100);
      }
    },

    /** Waits until a run has ended; its state. */
    async runEnded(runId: string, timeoutMs = 120_000): Promise<{ state: string; reason: string | null }> {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const run = await done<{ state: string; reason: string | null }>('GET', `/v1/runs/${runId}`).catch(
          () => undefined,
        );
        if (run !== undefined && !['queued', 'running', 'waiting'].includes(run.state)) return run;
        if (Date.now() > deadline) throw new Error(`run ${runId} did not end: ${JSON.stringify(run)}`);
        await sleep(100);
      }
    },

    /** All output of a run, one string a line. */
    async outputOf(runId: string): Promise<string[]> {
      const lines: string[] = [];
      let after = 0;
      for (;;) {
        const page = await done<{ lines: { seq: number; content: string }[] }>(
          'GET',
          `/v1/runs/${runId}/output?after=${after}&limit=1000`,
        );
        if (page.lines.length === 0) return lines;
        lines.push(...page.lines.map(({ content }) => content));
        after = page.lines.at(-1)?.seq ?? after;
      }
    },

    instances: async (serviceId: string) =>
      (
        await done<{
          items: {
            id: string;
            state: string;
            process: string;
            releaseId: string;
            restarts: number;
            address: string | null;
          }[];
        }>('GET', `/v1/services/${serviceId}/instances`)
      ).items,
  };
}
