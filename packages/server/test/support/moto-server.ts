import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

const program = fileURLToPath(new URL('../../../../.cache/tools/moto/bin/moto_server', import.meta.url));

/** An AWS of one's own: moto's server, which checks signatures once it was told to. */
export interface MotoServer extends AsyncDisposable {
  url: string;
  /** Makes a user who may do everything, and checks every signature from then on. */
  createUser(name: string): Promise<{ accountId: string; accessKeyId: string; secretAccessKey: string }>;
}

function element(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`no ${name} in ${xml}`);
  return found;
}

/** Starts it on a port of its own. */
export async function startMotoServer(): Promise<MotoServer> {
  if (!existsSync(program)) throw new Error('moto is missing: run scripts/setup');
  const port = await freePort();
  const child = spawn(program, ['--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const answers = async () => (await fetch(`${url}/moto-api/data.json`).catch(() => undefined))?.ok === true;
  await waitUntil('moto answers', answers, 60_000);

  async function iam(action: string, fields: Record<string, string>): Promise<string> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization:
          'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: new URLSearchParams({ Action: action, Version: '2010-05-08', ...fields }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action}: ${text}`);
    return text;
  }

  return {
    url,
    async createUser(name) {
      const user = await iam('CreateUser', { UserName: name });
      const key = await iam('CreateAccessKey', { UserName: name });
      const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
      const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await iam('PutUserPolicy', { UserName: name, PolicyName: 'all', PolicyDocument: document });
      await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: '0' });
      return {
        accountId: element(user, 'Arn').split(':')[4] ?? '',
        accessKeyId: element(key, 'AccessKeyId'),
        secretAccessKey: element(key, 'SecretAccessKey'),
      };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
