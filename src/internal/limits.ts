/** A time of JavaScript ends here, in milliseconds: a delay may not go beyond. */
export const longestDelayMs: number = 8.64e15;
/** The longest that a timer of a platform waits. */
export const longestWaitMs: number = 2 ** 31 - 1;
/** What clients and proxies usually wait for an answer. */
export const defaultCallMs: number = 30_000;
