import type { StoragePart, StoredArtifact } from '../../../data/use-platform-storage.ts';
import type { Tone } from '../../../ui/badge.tsx';

/** What takes room, in words. */
export const partTitles: Record<StoragePart['name'], string> = {
  images: 'Images',
  'build-cache': 'Build cache',
  artifacts: 'Builds',
  'dependency-caches': 'Dependency caches',
  toolchains: 'Toolchains',
  sources: 'Sources',
  uploads: 'Uploads',
  'cloud-resources': 'Cloud resources',
  logs: 'Logs',
  backups: 'Backups',
  database: 'Database',
  other: 'Everything else',
};

/** Why something is kept. */
export const keptWords: Record<StoredArtifact['kept'], { tone: Tone; word: string }> = {
  active: { tone: 'success', word: 'Active' },
  building: { tone: 'info', word: 'Being deployed' },
  rollback: { tone: 'neutral', word: 'For a rollback' },
  collectable: { tone: 'warning', word: 'Collectable' },
};
