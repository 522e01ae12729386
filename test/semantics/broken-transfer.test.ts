import { requestReplyHandler, StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { octetStream } from "../contract/client.ts";

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
