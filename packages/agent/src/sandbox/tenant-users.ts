import { z } from 'zod';
import { AgentError } from '../protocol/agent-error.ts';
import { readStateFile, writeStateFile } from '../state/state-file.ts';

/** How many users one agent can hand out. */
const USER_RANGE = 65_536;

const storedUsers = z.record(z.string(), z.int().min(1));

/** Gives every isolation key an unprivileged user id of its own, for ever: a folder's owner outlives the process. */
export interface TenantUsers {
  /** @throws AgentError AGENT_CONFLICT when the range is used up */
  userOf(isolationKey: string): Promise<number>;
  /** Whether a user id is one that is handed out to tenants. */
  isTenant(uid: number): boolean;
}

/** Reads the keys that were given a user before; ids are numbers from `base` on and need no entry in /etc/passwd. */
export async function createTenantUsers(stateFile: string, base: number): Promise<TenantUsers> {
  const stored = storedUsers.safeParse((await readStateFile(stateFile)) ?? {});
  if (!stored.success) throw new Error(`${stateFile} is damaged: two services could get the same user`);
  const users = new Map(Object.entries(stored.data));
  const pending = new Map<string, Promise<number>>();
  let saving: Promise<void> = Promise.resolve();

  async function assign(key: string): Promise<number> {
    const highest = Math.max(base - 1, ...users.values());
    const uid = highest + 1;
    if (uid >= base + USER_RANGE) throw new AgentError('AGENT_CONFLICT', 'Every user id of this agent is taken.');
    users.set(key, uid);
    // One after the other, and each with all keys known by then: the last file written is complete.
    saving = saving.catch(() => undefined).then(() => writeStateFile(stateFile, Object.fromEntries(users)));
    try {
      await saving;
    } finally {
      pending.delete(key);
    }
    return uid;
  }

  return {
    async userOf(key) {
      const waiting = pending.get(key);
      if (waiting) return waiting;
      const known = users.get(key);
      if (known !== undefined) return known;
      const assigned = assign(key);
      pending.set(key, assigned);
      return assigned;
    },
    isTenant: (uid) => uid >= base && uid < base + USER_RANGE,
  };
}
