import { readdir, rename } from 'node:fs/promises';
import type { DependencyCaches } from '../dependency-caches.ts';
import { type BuildFolders, buildHome, stepCache } from './data-folders.ts';

export interface FolderCachesOptions {
  folders: BuildFolders;
  /** Removes a folder whose files belong to users of builds. */
  removeFolder: (path: string, signal: AbortSignal) => Promise<void>;
}

/** Modules of cloud resources are built with caches of their own, which their tidying looks after. */
const isOfService = (key: string) => /^svc_[0-9a-z]+$/.test(key);

/** The caches of services that are built as folders. */
export function createFolderCaches({ folders, removeFolder }: FolderCachesOptions): DependencyCaches {
  const placesOf = (key: string) => [stepCache(folders, key), buildHome(folders, key)];

  return {
    folder: folders.cache,

    emptiableBytes(sizes, busy) {
      const keys = [...sizes.keys()].flatMap((path) => {
        const [, key] = path.startsWith(`${folders.cache}/`) ? path.slice(folders.cache.length).split('/') : [];
        return key !== undefined && isOfService(key) && !busy.has(key) ? [key] : [];
      });
      const places = [...new Set(keys)].flatMap((key) => placesOf(key));
      return places.reduce((total, place) => total + (sizes.get(place) ?? 0), 0);
    },

    async empty(busy, signal) {
      const keys = (await readdir(folders.cache).catch(() => [] as string[])).filter((key) => isOfService(key));
      for (const place of keys.filter((key) => !busy.has(key)).flatMap((key) => placesOf(key))) {
        const aside = `${place}.removing`;
        // Left by a crash in the middle of this.
        await removeFolder(aside, signal);
        // Renamed first: a build that begins now makes a new one, and finds no half of the old.
        const isThere = await rename(place, aside).then(
          () => true,
          () => false,
        );
        if (isThere) await removeFolder(aside, signal);
      }
    },
  };
}
