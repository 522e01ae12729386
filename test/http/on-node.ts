import { serve } from "statefun/node";
import { memoryStore, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { afterEach } from "vitest";
import { startApplication } from "./start.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export interface OnNode {
  readonly runtime: Runtime;
  readonly server: () => string;
  /** What `onError` was given. */
  readonly errors: readonly unknown[];
}

/** The application in this process, behind a real server, until the test is over. */
export async function onNode(options: Partial<RuntimeOptions> = {}): Promise<OnNode> {
  const errors: unknown[] = [];
  const runtime = await startApplication({
    store: memoryStore(),
    onError: (error) => void errors.push(error),
    ...options,
  });
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  open.push(async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  });
  return { runtime, errors, server: () => `http://127.0.0.1:${server.port}` };
}
