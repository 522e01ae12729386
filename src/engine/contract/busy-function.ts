/** A function of which as many steps wait as may, 1,000 of each. */
export interface BusyFunction {
  readonly typename: string;
  readonly running: number;
  /** Further instances, each of which waits for one of these steps to end. */
  readonly waiting: number;
}
