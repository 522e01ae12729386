import { createTestRuntime } from "statefun/testing";
import { expect, it } from "vitest";
import { functions, greetings, person } from "./functions.ts";

it("greets a person by the number of visits, and each person alone", async () => {
  const runtime = await createTestRuntime(functions, { rules: "flink" });
  for (const id of ["zoe", "zoe", "max", "zoe"]) await runtime.send(person.at(id), { name: id });
  expect(runtime.emitted(greetings).map(({ value }) => value)).toEqual([
    "Welcome, zoe.",
    "Nice to see you again, zoe.",
    "Welcome, max.",
    "zoe, this is visit number 3.",
  ]);
  expect(runtime.state(person.at("zoe")).visits).toBe(3);
  await runtime.close();
});

it("counts a visit once, even if it is sent again", async () => {
  const runtime = await createTestRuntime(functions);
  for (const duplicate of [false, true, true]) {
    const options = { idempotencyKey: "door-1" };
    const receipt = await runtime.send(person.at("zoe"), { name: "Zoë" }, options);
    expect(receipt.duplicate).toBe(duplicate);
  }
  expect(runtime.emitted(greetings)).toHaveLength(1);
  await runtime.close();
});

it("says the same when the process dies again and again", async () => {
  const runtime = await createTestRuntime(functions, { crashProbability: 0.3, seed: 5 });
  for (let n = 0; n < 20; n++) await runtime.send(person.at("zoe"), { name: "Zoë" });
  expect(runtime.state(person.at("zoe")).visits).toBe(20);
  expect(runtime.emitted(greetings)).toHaveLength(20);
  await runtime.close();
});
