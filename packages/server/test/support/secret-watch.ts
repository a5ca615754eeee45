import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { RequestWatch } from './api-caller.ts';
import { secretsHandedIn, secretsHandedOut } from './handed-in-secrets.ts';
import { secretForms, secretParts } from './secret-forms.ts';

/** What is looked through for secrets. */
export interface WatchedPlatform {
  dataDir: string;
  database: { pool: Pool };
  log(): Promise<string>;
}

/** Knows every secret that a test hands to davit, and finds the places where one should not be. */
export interface SecretWatch extends RequestWatch {
  /** One that davit does not get by REST. */
  add(...secrets: string[]): void;
  /** How many there are to look for. */
  readonly size: number;
  /**
   * Where one of them is: in a table of the database, a file of the data folder, the server's log, an answer, or in the arguments
   * of a process while the test ran. By its place; what it is stands nowhere.
   */
  find(platform: WatchedPlatform): Promise<string[]>;
  stop(): void;
}

const everyMs = 100;
/** What is longer is the output of a run, which the database has, too. */
const longestAnswer = 500_000;
const readLatin = (path: string) => readFile(path, 'latin1').catch(() => '');

async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return await Promise.all(pids.map((pid) => readLatin(`/proc/${pid}/cmdline`)));
}

async function* tableTexts({ database: { pool } }: WatchedPlatform): AsyncGenerator<[place: string, text: string]> {
  const { rows } = await pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of rows) {
    const { rows: found } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    yield [`table ${name}`, found.map(({ row }) => row).join('\n')];
  }
}

async function* fileTexts({ dataDir }: WatchedPlatform): AsyncGenerator<[place: string, text: string]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    yield [`file ${path.slice(dataDir.length)}`, await readLatin(path)];
  }
}

/** Begins to watch the arguments of processes. */
export function createSecretWatch(): SecretWatch {
  const forms = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  const answers = new Set<string>();
  let looking = Promise.resolve();
  const look = async () => {
    for (const line of await commandLines()) seen.add(line);
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs);
  timer.unref();

  const add = (...secrets: string[]) => {
    for (const secret of secrets.flatMap(secretParts)) if (!forms.has(secret)) forms.set(secret, secretForms(secret));
  };
  const holdsOne = (text: string) => [...forms.values()].some((each) => each.some((form) => text.includes(form)));

  return {
    add,
    get size() {
      return forms.size;
    },
    sent: (path, body) => add(...secretsHandedIn(path, body)),
    answered(method, path, text) {
      if (text.length <= longestAnswer && holdsOne(text)) answers.add(`answer of ${method} ${path}`);
      add(...secretsHandedOut(path, text));
    },
    async find(platform) {
      await looking;
      const places = [...answers];
      for await (const [place, text] of tableTexts(platform)) if (holdsOne(text)) places.push(place);
      for await (const [place, text] of fileTexts(platform)) if (holdsOne(text)) places.push(place);
      if (holdsOne(await platform.log())) places.push('log of the server');
      for (const line of seen) if (holdsOne(line)) places.push(`arguments of ${line.split('\0', 1)[0]}`);
      return places;
    },
    stop: () => clearInterval(timer),
  };
}
