/**
 * Runs something after the microtasks and after waiting I/O had its turn. Both ports are held: on workerd one that
 * nobody refers to is collected with all that it would have told, and an object whose windows never close hangs.
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
