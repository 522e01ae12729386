import { int } from "statefun";
import { describe, expect, it } from "vitest";
import { asJson, call, freshId, post, refused, type Server, send, taken, wait } from "./client.ts";

export function registerSends(server: Server): void {
  const to = (name: string, id = freshId()) => `/functions/http/${name}/${id}`;
  const total = async (id: string) =>
    Object(await call(server, to("counter", id), { amount: 0 })).total;

  it.each(["POST", "PUT"])("%s takes a message and gives its id", async (method) => {
    const id = freshId();
    const init = { method, headers: asJson, body: '{"amount":3}' };
    const first = await taken(await post(server, to("counter", id), init));
    const second = await taken(await post(server, to("counter", id), init));
    expect(first.duplicate).toBe(false);
    expect(second.id).not.toBe(first.id);
    expect(await total(id)).toBe(6);
  });

  describe("delays", () => {
    it("deliver later, and not before", async () => {
      const id = freshId();
      await send(server, to("counter", id), { amount: 5 }, { "statefun-delay-ms": "700" });
      expect(await total(id)).toBe(0);
      await expect.poll(() => total(id), { interval: 100 }).toBe(5);
    });

    it.each(["-1", "1.5", "soon", "1e3", "", "99999999999999999999", "0x10"])(
      "refuse %j",
      async (delay) => {
        const headers = { ...asJson, "statefun-delay-ms": delay };
        const response = await post(server, to("counter"), { headers, body: '{"amount":1}' });
        await refused(response, 400, "invalid_argument");
      },
    );

    it("exclude a call", async () => {
      const headers = { ...asJson, ...wait(1), "statefun-delay-ms": "5" };
      const response = await post(server, to("counter"), { headers, body: '{"amount":1}' });
      await refused(response, 400, "invalid_argument");
    });
  });

  it("fill a mailbox up to its limit, and are refused then", async () => {
    const id = freshId();
    const typed = { ...asJson, "statefun-type": int.typename };
    const statuses: number[] = [];
    for (let round = 0; round < 5; round++) {
      const answers = Array.from({ length: 50 }, async () => {
        const response = await post(server, to("late", id), { headers: typed, body: "1500" });
        if (response.status !== 202) await refused(response, 429, "mailbox_full");
        else await taken(response);
        statuses.push(response.status);
      });
      await Promise.all(answers);
    }
    // The limit is 200, and one of them may be running already.
    expect(statuses.filter((status) => status === 202).length).toBeGreaterThanOrEqual(200);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(45);
  });
}
