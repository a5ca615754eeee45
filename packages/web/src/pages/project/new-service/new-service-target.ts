/** Where a new service goes. */
export interface NewServiceTarget {
  readonly projectId: string;
  readonly environmentId: string;
  /** It was made, and its first deployment has begun. */
  readonly onCreated: (serviceId: string) => void;
}
