import { requestReplyHandler, StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { octetStream } from "../contract/client.ts";

describe("a body that somebody else reads", () => {
  it("is named, instead of being taken for an empty one", async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const handler = requestReplyHandler(new StatefulFunctions(), { onError });
    const request = () =>
      new Request("http://localhost/", { method: "POST", headers: octetStream, body: "x" });
    const [locked, used] = [request(), request()];
    locked.body?.getReader();
    await used.text();
    for (const one of [locked, used]) expect((await handler(one)).status).toBe(500);
    expect(errors).toEqual([1, 2].map(() => expect.objectContaining({ code: "invalid_argument" })));
  });
});

describe("a transfer that breaks", () => {
  it("is a 500, which every runtime sends again: behind OkHttp a 400 would fail the job", async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new Error("connection lost")),
    });
    const init = { method: "POST", headers: octetStream, body, duplex: "half" };
    const handler = requestReplyHandler(new StatefulFunctions(), { onError: () => undefined });
    expect((await handler(new Request("http://localhost/", init))).status).toBe(500);
  });
});
