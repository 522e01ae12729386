import { expect, it } from "vitest";
import { http } from "./app.ts";
import { asText, refused } from "./client.ts";
import { startApplication } from "./start.ts";

/** As some frameworks have it: here it is an error like any other, which may be the answer of a service inside. */
it.each([
  ["its own", () => new Response("of the inside", { status: 302, headers: { "x-inside": "1" } })],
  ["one that nobody may change", () => Response.redirect("http://inside.example/")],
])("a Response that authenticate throws is no answer: %s", async (_, make) => {
  const errors: unknown[] = [];
  const runtime = await startApplication({
    http: {
      ...http,
      cors: { origins: ["https://app.example.com"] },
      authenticate: () => {
        throw make();
      },
    },
    onError: (error) => errors.push(error),
  });
  const init = { method: "POST", headers: asText, body: "x" };
  const answer = await runtime.fetch(new Request("http://runtime/functions/http/silent/1", init));
  expect([...answer.headers.keys()]).not.toContain("x-inside");
  await refused(answer, 500, "failed");
  expect(errors).toHaveLength(1);
  await runtime.close({ drainMs: 0 });
});
