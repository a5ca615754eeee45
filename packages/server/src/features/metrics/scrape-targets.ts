import type { Runtime, RuntimeInstance } from '../../adapters/runtime/runtime.ts';
import type { Db } from '../../platform/db/database.ts';
import { syncTargetFolder } from './target-folder.ts';
import { listNamedServices, type NamedService } from './target-store.ts';

export interface ScrapeTargetOptions {
  db: Db;
  runtime: Runtime;
  /** PROMETHEUS_TARGETS_DIR. */
  folder: string;
  /** Where Prometheus reaches this server; undefined until it listens. */
  readonly address: () => URL | undefined;
  readonly hostOf: (hostLabel: string) => string;
}

const everyMs = 5000;
const soonMs = 200;

/** The file of one target (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config). */
function fileOf(address: URL, path: string, labels: Record<string, string>): string {
  const { protocol, host, pathname } = address;
  const meta = { __scheme__: protocol.replace(':', ''), __metrics_path__: `${pathname.replace(/\/$/, '')}${path}` };
  return `${JSON.stringify([{ targets: [host], labels: { ...meta, ...labels } }], null, 2)}\n`;
}

function labelsOf({ organization, project, environment, service }: NamedService): Record<string, string> {
  return { organization, project, environment, service };
}

function filesOf(address: URL, services: readonly NamedService[], instances: readonly RuntimeInstance[]) {
  const known = new Map(services.map((service) => [service.id, service]));
  const files = new Map<string, string>();
  for (const service of services) {
    if (service.hostLabel === null) continue;
    files.set(service.id, fileOf(address, `/metrics/services/${service.id}`, labelsOf(service)));
  }
  for (const { id, labels } of instances) {
    const service = known.get(labels.serviceId);
    if (service === undefined) continue;
    const named = { ...labelsOf(service), instance: id, process: labels.process };
    files.set(id, fileOf(address, `/metrics/instances/${encodeURIComponent(id)}`, named));
  }
  return files;
}

export type ScrapeTargets = ReturnType<typeof createScrapeTargets>;

/** Tells Prometheus what to scrape: a target for each instance, and one for the routes of each web service. */
export function createScrapeTargets({ db, runtime, folder, address, hostOf }: ScrapeTargetOptions) {
  let hosts = new Map<string, string>();
  return {
    /** The host name of a service that is a target. */
    hostOf: (serviceId: string): string | undefined => hosts.get(serviceId),

    /**
     * Makes the files be what runs now.
     * @returns milliseconds until the next time
     */
    async tick(signal: AbortSignal): Promise<number> {
      const own = address();
      if (own === undefined) return soonMs;
      // The instances first: one that starts after this look is written next time.
      const instances = await runtime.list(signal);
      const services = await listNamedServices(db);
      hosts = new Map(
        services.flatMap(({ id, hostLabel }) => (hostLabel === null ? [] : [[id, hostOf(hostLabel)] as const])),
      );
      await syncTargetFolder(folder, filesOf(own, services, instances));
      return everyMs;
    },
  };
}
