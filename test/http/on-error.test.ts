import { describe, expect, it } from "vitest";
import { http } from "./app.ts";
import { asJson, asText, credentials, refused, type Server, wait } from "./client.ts";
import { onNode } from "./on-node.ts";

describe("onError", () => {
  it("hears why authenticate threw, which no answer says", async () => {
    const { server, errors } = await onNode();
    const headers = { authorization: "Bearer throws" };
    await refused(await fetch(`${server()}/egresses/http/texts`, { headers }), 500, "failed");
    expect(errors.map((error) => Object(error).message)).toEqual(["the secret of the throw"]);
  });

  it("does not hear of clients that go away", async () => {
    const { server, errors } = await onNode();
    await leaveAll(server);
    expect(errors).toEqual([]);
  });

  it("does not hear of what clients did wrong", async () => {
    const { server, errors } = await onNode({ http: { ...http, authenticate: "none" } });
    for (const [path, body] of [
      ["/functions/http/counter/1", "{"],
      ["/functions/http/counter/1", '{"amount":-1}'],
      ["/functions/nobody/knows/1", "1"],
      ["/functions/http/counter/%ff", "1"],
    ] as const) {
      const init = { method: "POST", headers: asJson, body };
      expect((await fetch(`${server()}${path}`, init)).status).toBeLessThan(500);
    }
    expect(errors).toEqual([]);
  });
});

/** Calls that are left while they wait. */
async function leaveAll(server: Server): Promise<void> {
  const calls = Array.from({ length: 20 }, async (_, index) => {
    const signal = AbortSignal.timeout(100 + index);
    const headers = { ...credentials, ...asText, ...wait(5) };
    const init = { method: "POST", headers, body: "x", signal };
    await fetch(`${server()}/functions/http/silent/${index}`, init).catch(() => undefined);
  });
  await Promise.all(calls);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
