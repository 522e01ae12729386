import { serve } from "statefun/node";
import { createRuntime, type Store } from "statefun/runtime";
import { promptly, type ShopSettings, shopHttp, shopParts } from "./application.ts";
import { withDoor } from "./sending.ts";

export interface RunningShop {
  readonly port: number;
  close(): Promise<void>;
}

/** A shop in this process, on a port of its own, or on this one. */
export async function runShop(
  settings: ShopSettings,
  { store, port = 0 }: { readonly store?: Store; readonly port?: number } = {},
): Promise<RunningShop> {
  const runtime = await createRuntime({
    ...shopParts(settings),
    ...(store !== undefined && { store }),
    retry: promptly,
    http: shopHttp,
    onError: () => {},
  });
  const fetch = withDoor(runtime.fetch, () => runtime);
  const server = await serve({ fetch, port, hostname: "127.0.0.1" });
  return {
    port: server.port,
    async close() {
      await runtime.close({ drainMs: 0 }).catch(() => {});
      await server.close();
    },
  };
}
