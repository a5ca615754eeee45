/** One thing that `npm run check` looks at. */
export interface Check {
  readonly name: string;
  /** What is wrong, a sentence a fault; empty when all is well. */
  run(): Promise<readonly string[]>;
}
