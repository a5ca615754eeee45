import { join } from 'node:path';

/** Where the plan builder keeps things below davit's data folder. */
export interface BuildFolders {
  /** `cache/<key>/…`: what is kept between the builds of one service. */
  cache: string;
  /** `toolchains/<name>-<version>/…`: fetched once for all services. */
  toolchains: string;
}

/** HOME of a service's builds: download caches of package managers live there, and stay. */
export function buildHome(folders: BuildFolders, cacheKey: string): string {
  return join(folders.cache, cacheKey, 'home');
}

/** Results of a service's steps, one folder a key. */
export function stepCache(folders: BuildFolders, cacheKey: string): string {
  return join(folders.cache, cacheKey, 'steps');
}
