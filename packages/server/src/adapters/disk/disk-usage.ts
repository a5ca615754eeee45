/** How much folders take on the disk. */
export interface DiskUsage {
  /**
   * Bytes of each folder and of those up to two levels below it, by path. What is in two of them, by place or by a hard link,
   * counts for the one that is named first. A folder that is not there has no size.
   *
   * @throws AppError DISK_USAGE_UNKNOWN
   */
  measure(folders: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
}
