/**
 * Runs something after the microtasks and after waiting I/O had its turn. Not for Durable Objects: on workerd a message of a
 * port comes before any I/O. Both ports are held: one that nobody refers to may be collected with all that waits for its message.
 */
export function deferredByPort(): (run: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const ports = [port1, port2] as const;
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (run) => {
    waiting.push(run);
    ports[1].postMessage(undefined);
  };
}
