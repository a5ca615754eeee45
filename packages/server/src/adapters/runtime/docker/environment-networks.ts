import { type EngineClient, EngineError } from '@davit/agent/engine';
import { createKeyedLock } from '../../../kernel/keyed-lock.ts';
import { runtimeErrors } from '../runtime-errors.ts';
import { containerList, type NetworkDetails, networkDetails } from './engine-answers.ts';
import { type AddressRange, chooseAddress, chooseSubnet, occupiedByRoutes, parseSubnet } from './free-subnet.ts';
import { label } from './instance-labels.ts';

/** Lost to whoever took the same subnet a moment before; then another one is chosen. */
const attempts = 5;

export interface EnvironmentNetworksOptions {
  engine: EngineClient;
  installation: () => Promise<string>;
  /** Where environments get their networks from. */
  pool: AddressRange;
}

/** A network of its own for each environment: what is not in it cannot be reached from it. */
export type EnvironmentNetworks = ReturnType<typeof createEnvironmentNetworks>;

/** Keeps the networks of environments. Subnets are davit's own choice: only then does the engine take fixed addresses. */
export function createEnvironmentNetworks({ engine, installation, pool }: EnvironmentNetworksOptions) {
  /** By environment: so that this server makes one network. */
  const lock = createKeyedLock();
  /** Addresses of containers that are being made, which the engine does not list yet. */
  const reserved = new Map<string, Set<string>>();
  const reservedIn = (environmentId: string): Set<string> => {
    const known = reserved.get(environmentId) ?? new Set();
    reserved.set(environmentId, known);
    return known;
  };

  const nameOf = async (environmentId: string) => `davit-${(await installation()).slice(0, 8)}-${environmentId}`;

  async function find(name: string, signal: AbortSignal): Promise<NetworkDetails | undefined> {
    try {
      return networkDetails.parse(await engine.call(`/networks/${encodeURIComponent(name)}`, { signal }));
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  async function occupied(signal: AbortSignal): Promise<AddressRange[]> {
    const networks = networkDetails.array().parse(await engine.call('/networks', { signal }));
    const subnets = networks.flatMap(({ IPAM }) => (IPAM.Config ?? []).map(({ Subnet }) => parseSubnet(Subnet ?? '')));
    return [...subnets.filter((range) => range !== undefined), ...(await occupiedByRoutes())];
  }

  async function create(name: string, environmentId: string, signal: AbortSignal): Promise<void> {
    const subnet = chooseSubnet(pool, await occupied(signal));
    if (subnet === undefined) throw runtimeErrors.RUNTIME_NETWORKS_USED_UP();
    const body = {
      Name: name,
      CheckDuplicate: true,
      Driver: 'bridge',
      IPAM: { Config: [{ Subnet: subnet }] },
      Labels: { [label.installation]: await installation(), [label.environment]: environmentId },
    };
    await engine.call('/networks/create', { method: 'POST', body, signal });
  }

  /** Those of an environment, the oldest first. */
  async function listOf(environmentId: string, signal: AbortSignal): Promise<NetworkDetails[]> {
    const labels = [`${label.installation}=${await installation()}`, `${label.environment}=${environmentId}`];
    const query = { filters: JSON.stringify({ label: labels }) };
    const found = networkDetails.array().parse(await engine.call('/networks', { query, signal }));
    return found.toSorted(
      (one, other) => Date.parse(one.Created) - Date.parse(other.Created) || (one.Id < other.Id ? -1 : 1),
    );
  }

  /** @returns false: somebody is in it */
  async function remove({ Id }: NetworkDetails, signal: AbortSignal): Promise<boolean> {
    try {
      await engine.call(`/networks/${Id}`, { method: 'DELETE', signal });
      return true;
    } catch (error) {
      if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 403)) throw error;
      return error.status === 404;
    }
  }

  /**
   * The one network of an environment. An engine does not keep names apart: two servers that make it at the same moment have
   * made two. Whoever sees both takes that which is in use, else the last; what is removed under somebody who was about to use
   * it is missed by the start of the container, which is tried again.
   */
  async function findOne(environmentId: string, signal: AbortSignal): Promise<NetworkDetails | undefined> {
    const networks = await listOf(environmentId, signal);
    const last = networks.pop();
    let used: NetworkDetails | undefined;
    for (const network of networks) {
      if (!(await remove(network, signal))) used ??= network;
    }
    if (used !== undefined && last !== undefined) await remove(last, signal);
    return used ?? last;
  }

  /** Makes the network exist. */
  async function ensure(environmentId: string, signal: AbortSignal): Promise<{ id: string; subnet: string }> {
    for (let attempt = 1; ; attempt++) {
      const known = await findOne(environmentId, signal);
      const subnet = known?.IPAM.Config?.[0]?.Subnet;
      if (known !== undefined && subnet !== undefined) return { id: known.Id, subnet };
      try {
        await create(await nameOf(environmentId), environmentId, signal);
      } catch (error) {
        if (!(error instanceof EngineError) || attempt >= attempts) throw error;
      }
    }
  }

  /** The containers there, whether they run or not. */
  async function listIn(environmentId: string, signal: AbortSignal) {
    const labels = [`${label.installation}=${await installation()}`, `${label.environment}=${environmentId}`];
    const query = { all: 'true', filters: JSON.stringify({ label: labels }) };
    return containerList.parse(await engine.call('/containers/json', { query, signal }));
  }

  /** An address that no container has, nor gets at this moment. */
  async function reserve(environmentId: string, signal: AbortSignal): Promise<{ id: string; address: string }> {
    const own = reservedIn(environmentId);
    // Before the list: one whose container is made meanwhile is in one of the two.
    const taken = new Set(own);
    const [network, listed] = await Promise.all([ensure(environmentId, signal), listIn(environmentId, signal)]);
    for (const { Labels: of } of listed) taken.add(of?.[label.address] ?? '');
    const address = chooseAddress(network.subnet, taken);
    if (address === undefined) {
      throw runtimeErrors.RUNTIME_NETWORKS_USED_UP({ message: 'The network of this environment has no free address.' });
    }
    own.add(address);
    return { id: network.id, address };
  }

  async function removeUnused(environmentId: string, signal: AbortSignal): Promise<void> {
    if (reservedIn(environmentId).size > 0 || (await listIn(environmentId, signal)).length > 0) return;
    for (const network of await listOf(environmentId, signal)) await remove(network, signal);
    reserved.delete(environmentId);
  }

  return {
    /**
     * Makes a container in the network of the environment, which is made where there is none, at an address that no other has.
     * Several may be made at once.
     */
    async inPlace<T>(
      environmentId: string,
      make: (place: { id: string; address: string }) => Promise<T>,
      signal: AbortSignal,
    ): Promise<T> {
      const place = await lock(environmentId, () => reserve(environmentId, signal));
      try {
        return await make(place);
      } finally {
        reserved.get(environmentId)?.delete(place.address);
      }
    },

    /** Removes the network when nothing is in it any more. */
    removeEmpty: (environmentId: string, signal: AbortSignal): Promise<void> =>
      lock(environmentId, () => removeUnused(environmentId, signal)),

    /** Since when this engine runs: it makes its own network anew at each start. Undefined where it has none. */
    async engineSince(signal: AbortSignal): Promise<Date | undefined> {
      const bridge = await find('bridge', signal);
      return bridge === undefined ? undefined : new Date(bridge.Created);
    },
  };
}
