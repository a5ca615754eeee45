import { z } from 'zod';

/** What of the Docker Engine API's answers is used (https://docs.docker.com/reference/api/engine/version/v1.41/). */
const labels = z.record(z.string(), z.string()).nullish();

export const containerList = z.array(z.object({ Id: z.string(), Labels: labels }));

export const containerDetails = z.object({
  Id: z.string(),
  RestartCount: z.int(),
  State: z.object({
    Status: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
    OOMKilled: z.boolean(),
    ExitCode: z.int(),
    Error: z.string(),
    Pid: z.int(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
  }),
  Image: z.string(),
  HostConfig: z.object({
    Memory: z.number(),
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.int() }),
  }),
  Config: z.object({ Labels: labels }),
});
export type ContainerDetails = z.infer<typeof containerDetails>;

export const imageDetails = z.object({
  Id: z.string(),
  Architecture: z.string(),
  Os: z.string(),
  Config: z.object({ User: z.string().nullish() }).nullish(),
});
export type ImageDetails = z.infer<typeof imageDetails>;

export const networkDetails = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: z.string(),
  Labels: labels,
  Options: labels,
  IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional() })).nullish() }),
});
export type NetworkDetails = z.infer<typeof networkDetails>;

export const engineInfo = z.object({
  ServerVersion: z.string(),
  MemoryLimit: z.boolean(),
  CpuCfsQuota: z.boolean(),
  CgroupVersion: z.string().optional(),
  /** Of Docker 28.2 or newer: `iptables`, `nftables`, each also with `+firewalld`. */
  FirewallBackend: z.object({ Driver: z.string() }).nullish(),
});

const byOperation = z.array(z.object({ op: z.string(), value: z.number() }));

export const containerStats = z.object({
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({ usage: z.number().optional(), stats: z.record(z.string(), z.number()).nullish() }),
  blkio_stats: z.object({ io_service_bytes_recursive: byOperation.nullish() }),
});

export const engineEvent = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});
