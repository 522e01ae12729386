import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { asJson, freshId, post } from "./client.ts";
import { bodyTimeoutMs, reauthenticateMs } from "./edge-app.ts";

/** Whatever the machine is busy with. */
const graceMs = 60_000;

/** What becomes of event streams whose reader would not be let in any more. */
export function revokedReaderSuite(server: () => string): void {
  const open = async () => {
    const name = freshId();
    const headers = { authorization: `Bearer of-${name}`, accept: "text/event-stream" };
    const leave = new AbortController();
    const url = `${server()}/egresses/http/texts`;
    const response = await fetch(url, { headers, signal: leave.signal });
    expect(response.status).toBe(200);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const stream = { text: "", hasEnded: false };
    const reading = (async () => {
      for (;;) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done || value === undefined) break;
        stream.text += value;
      }
      stream.hasEnded = true;
    })().catch(() => undefined);
    const become = (what: string) =>
      fetch(`${server()}/become/${name}/${what}`, { method: "POST" });
    const again = async () => {
      const { status, body } = await fetch(url, {
        headers: { authorization: headers.authorization },
      });
      await body?.cancel();
      return status;
    };
    return { stream, reading, become, again, leave };
  };
  const emit = () =>
    post(server, `/functions/http/emitter/${freshId()}`, {
      headers: { ...asJson, "statefun-type": "io.statefun.types/int" },
      body: "1",
    }).then((response) => expect(response.status).toBe(202));

  it.concurrent("goes on while the reader may stay", async () => {
    const { stream, reading, leave } = await open();
    await wait(3 * reauthenticateMs);
    await emit();
    for (let waited = 0; waited < graceMs && !/^data: /m.test(stream.text); waited += 50) {
      await wait(50);
    }
    expect(stream.text).toMatch(/^data: /m);
    expect(stream.hasEnded).toBe(false);
    leave.abort();
    await reading;
  });

  it.concurrent.each([
    ["revoked", reauthenticateMs, 401],
    ["throwing", reauthenticateMs, 500],
    ["hanging", reauthenticateMs + bodyTimeoutMs, 503],
  ] as const)("ends in time when the credentials are %s", async (what, withinMs, later) => {
    const { stream, reading, become, again } = await open();
    await become(what);
    const start = performance.now();
    await reading;
    expect(performance.now() - start).toBeLessThan(withinMs + graceMs);
    expect(stream).toMatchObject({ hasEnded: true });
    expect(stream.text).toMatch(/\n: closed because the credentials are no longer accepted\n\n$/);
    expect(stream.text).not.toContain("secret");
    expect(await again()).toBe(later);
  });

  it.concurrent("ends in time while records come without a pause", async () => {
    const { stream, reading, become } = await open();
    let isOver = false;
    const emitting = (async () => {
      while (!isOver) await emit();
    })();
    await become("revoked");
    const start = performance.now();
    await reading;
    isOver = true;
    await emitting;
    expect(performance.now() - start).toBeLessThan(reauthenticateMs + graceMs);
    expect(stream.text).toMatch(/\n\n: closed because[^\n]*\n\n$/);
  });
}
