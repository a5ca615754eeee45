import { readFileSync } from 'node:fs';

/** A hierarchy of control groups, as this process sees it (proc(5), mountinfo). */
export interface CgroupMount {
  /** None for the unified one. */
  controllers: string[];
  mountPoint: string;
  /** What part of the hierarchy is mounted: `/` for all of it. */
  root: string;
  unified: boolean;
}

/** All hierarchies that are mounted here. */
export function readMounts(): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '', mountPoint = ''] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    if (type === 'cgroup2') mounts.push({ controllers: [], mountPoint, root, unified: true });
    else if (type === 'cgroup') mounts.push({ controllers: options.split(','), mountPoint, root, unified: false });
  }
  return mounts;
}
