import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestRuntime } from "statefun/testing";
import { functions, greeter, greetings } from "./functions.ts";

test("counts the visits of each user", async () => {
  const runtime = await createTestRuntime(functions);
  assert.equal(await runtime.call(greeter.at("zoe"), { user: "Zoë" }), "Hello Zoë, visit 1");
  await runtime.send(greeter.at("zoe"), { user: "Zoë" });
  await runtime.send(greeter.at("max"), { user: "Max" });
  assert.deepEqual(runtime.emitted(greetings), [
    "Hello Zoë, visit 1",
    "Hello Zoë, visit 2",
    "Hello Max, visit 1",
  ]);
  assert.equal(runtime.state(greeter.at("zoe")).visits, 2);
  await runtime.close();
});
