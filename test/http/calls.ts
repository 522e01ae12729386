import { int } from "statefun";
import { describe, expect, it } from "vitest";
import {
  asBytes,
  asJson,
  asText,
  call,
  expectAlive,
  freshId,
  post,
  refused,
  type Server,
  wait,
} from "./client.ts";

export function registerCalls(server: Server): void {
  const to = (name: string, id = freshId()) => `/functions/http/${name}/${id}`;
  const add = (headers: Record<string, string>) =>
    post(server, to("counter"), { headers: { ...asJson, ...headers }, body: '{"amount":2}' });

  it("wait for the reply, in its own type", async () => {
    const response = await add(wait(20));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("statefun-type")).toBe("http/Total");
    expect(response.headers.get("preference-applied")).toBe("wait=20");
    expect(await response.json()).toMatchObject({ total: 2 });
  });

  it.each([
    "wait=20",
    "wait=0.5",
    'wait="20"',
    "Wait = 20",
    "respond-async, wait=20",
    "handling=lenient; x=1, wait=20",
    "wait=2147483.647",
  ])("are asked for by Prefer: %s", async (prefer) => {
    const response = await add({ prefer });
    expect(response.status, await response.text()).toBe(200);
  });

  it.each(["respond-async", "handling=strict", "return=minimal", "", "waiting=5", "wait-for=5"])(
    "are not asked for by Prefer: %s",
    async (prefer) => {
      const response = await add({ prefer });
      expect(response.status, await response.text()).toBe(202);
    },
  );

  it.each([
    "wait",
    "wait=",
    "wait=-1",
    "wait=0",
    "wait=soon",
    "wait=1.2345",
    "wait=2147484",
    "wait=1e9",
  ])("are refused with Prefer: %s", async (prefer) => {
    await refused(await add({ prefer }), 400, "invalid_argument");
  });

  it("end at their time, and what they cause goes on", async () => {
    const headers = { ...asText, ...wait(0.05) };
    const response = await post(server, to("silent"), { headers, body: "say something" });
    await refused(response, 504, "call_timeout");
  });

  it("are answered later where their key comes again", async () => {
    const path = to("late");
    const typed = { ...asJson, "statefun-type": int.typename, "idempotency-key": "once" };
    const first = await post(server, path, { headers: { ...typed, ...wait(0.05) }, body: "400" });
    await refused(first, 504, "call_timeout");
    const again = await post(server, path, { headers: { ...typed, ...wait(20) }, body: "400" });
    expect(again.status).toBe(200);
    expect(int.decode(new Uint8Array(await again.arrayBuffer()))).toBe(400);
  });

  it("end with the error of the dead letter", async () => {
    const headers = { ...asText, ...wait(20) };
    const response = await post(server, to("failing"), { headers, body: "x" });
    const error = await refused(response, 422, "dead_letter");
    expect(error.cause).toEqual({ code: "non_retryable" });
    expect(error.message).toBe("the message became a dead letter: non_retryable");
  });

  it.each([
    ["a line", "a\nb"],
    ["a blank at its end", "a "],
    ["a control character", "a\u0000"],
  ])("say that the message was handled where the type of a reply has %s", async (_, name) => {
    const path = to("odd");
    const headers = { ...asText, ...wait(20), "idempotency-key": "once" };
    for (let time = 0; time < 2; time++) {
      const response = await post(server, path, { headers, body: name });
      const error = await refused(response, 406, "unsupported_by_wire");
      expect(error.message).toMatch(/^the message was handled, do not send it again: /);
    }
  });

  it("give a reply that is not what its type says as its bytes", async () => {
    const headers = { ...asText, ...wait(20) };
    const response = await post(server, to("odd"), { headers, body: "broken" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("statefun-type")).toBe("io.statefun.types/string");
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([10, 2, 0xff, 0xfe]);
  });

  it("keep no order between instances: a fast one overtakes a slow one", async () => {
    const typed = { ...asBytes(int.typename), ...wait(20) };
    const ended: string[] = [];
    const one = async (name: string, ms: number) => {
      const body = new Uint8Array(int.encode(ms));
      await (await post(server, to("late"), { headers: typed, body })).arrayBuffer();
      ended.push(name);
    };
    await Promise.all([one("slow", 600), one("fast", 10)]);
    expect(ended).toEqual(["fast", "slow"]);
  });

  describe("of clients that go away", () => {
    it("do what they were to do", async () => {
      const path = to("counter");
      for (let count = 0; count < 20; count++) {
        const leave = new AbortController();
        const typed = { ...asJson, "statefun-type": int.typename, ...wait(20) };
        const init = { method: "POST", headers: typed, body: "300", signal: leave.signal };
        const left = post(server, to("late"), init).catch(() => undefined);
        setTimeout(() => leave.abort(), count * 5);
        await left;
      }
      expect(await call(server, path, { amount: 1 })).toMatchObject({ total: 1 });
      await expectAlive(server);
    });
  });
}
