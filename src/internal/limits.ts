/** A time of JavaScript ends here, in milliseconds: a delay may not go beyond. */
export const longestDelayMs: number = 8.64e15;
/** The longest that a timer of a platform waits, in milliseconds, and the greatest `int` of Java. */
export const longestWaitMs: number = 2 ** 31 - 1;
/** What clients and proxies usually wait for an answer. */
export const defaultCallMs: number = 30_000;
/** Of a request or an answer: 32 MiB, what the async transport of a cluster takes. */
export const defaultPayloadBytes: number = 33_554_432;
/** Of a message with names, headers and addresses, and of a state: 16 MiB. An RPC of Durable Objects takes twice as much. */
export const defaultMessageBytes: number = 16_777_216;
/** How long the body of a request may take. A cluster gives up by then, and a slow sender would hold its place for ever. */
export const defaultBodyMs: number = 60_000;
