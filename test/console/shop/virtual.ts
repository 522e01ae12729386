import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { remotePay, shopHttp, shopParts } from "./application.ts";
import { deadLetters, operatorOver } from "./operator.ts";
import { type PayMode, payHandler } from "./pay-service.ts";
import type { World } from "./seed.ts";
import { sendingTo, withDoor } from "./sending.ts";
import { standStill } from "./virtual-time.ts";

export interface VirtualShop extends World {
  /** Where a browser finds it. */
  readonly url: string;
  now(): number;
  /** Moves time, stopping wherever something is due, until nothing is left to do. */
  advance(ms: number): Promise<void>;
  /** From now on the mail server takes nothing. */
  refuseMails(): void;
  close(): Promise<void>;
}

const payHost = "pay-svc:8081";

/** A shop in this process on a clock that stands still, with a card service that needs no network. */
export async function startVirtualShop(startMs: number, seed: number): Promise<VirtualShop> {
  const clock = standStill(startMs, seed);
  const pay = payInProcess();
  let takesMails = true;
  const runtime = await createRuntime({
    ...shopParts({
      payUrl: `http://${payHost}/`,
      payModule: remotePay,
      takesMails: () => takesMails,
      cartRetry: { maxAttempts: 8, initialDelayMs: 100, maxDelayMs: 60_000 },
    }),
    http: shopHttp,
    onError: () => {},
  });
  const fetch = withDoor(runtime.fetch, () => runtime);
  const server = await serve({ fetch, port: 0, hostname: "127.0.0.1" });
  const url = `http://127.0.0.1:${server.port}`;
  const here = () => "http://shop";
  const operate = operatorOver(here, fetch);
  const advance = async (ms: number): Promise<void> => {
    const end = clock.now() + ms;
    for (;;) {
      await runtime.idle();
      const { next } = clock;
      if (next === undefined || next > end) break;
      clock.moveTo(next);
    }
    clock.moveTo(end);
    await runtime.idle();
  };
  return {
    ...{ url, operate, advance },
    now: clock.now,
    send: sendingTo(here, fetch),
    setPay: pay.set,
    async dead(count) {
      while ((await deadLetters(operate)) < count) await advance(1_000);
    },
    refuseMails() {
      takesMails = false;
    },
    async close() {
      await server.close();
      await runtime.close({ drainMs: 0 }).catch(() => {});
      pay.close();
    },
  };
}

/** The card service behind `fetch` itself: real sockets answer in another order each time. */
function payInProcess() {
  const { fetch: real } = globalThis;
  let mode: PayMode = "fine";
  const handler = payHandler(() => mode);
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).host !== payHost) return real(request);
    if (mode !== "down") return handler(request);
    const cause = new Error(`connect ECONNREFUSED ${payHost}`);
    throw new TypeError("fetch failed", { cause });
  };
  return {
    async set(next: PayMode) {
      mode = next;
    },
    close() {
      globalThis.fetch = real;
    },
  };
}
