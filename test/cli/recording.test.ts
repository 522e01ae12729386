import { expect, it } from "vitest";
import { counterSource, total } from "./counter.ts";
import { folderOf, startProgram } from "./program.ts";

it("statefun dev records what messages lead to, always", async () => {
  const here = folderOf({ "counter.mts": counterSource() });
  const program = startProgram(here, ["dev", "counter.mts", "--port", "0", "--memory"]);
  const url = await program.url();
  await total(url, 1);
  const asked = async (method: string, path: string) => {
    const headers = { "statefun-admin": "1", "idempotency-key": crypto.randomUUID() };
    const response = await fetch(`${url}${path}`, { method, headers });
    return [response.status, await response.json()] as const;
  };
  const always = { on: true, always: true, capacity: 4_096 };
  expect(await asked("GET", "/admin/recording")).toEqual([200, { ...always, spans: 2 }]);
  expect(await asked("POST", "/admin/recording")).toEqual([200, { ...always, spans: 2 }]);
  const [status, { error }] = await asked("DELETE", "/admin/recording");
  expect([status, error.code]).toEqual([409, "conflict"]);
  const [, { messages }] = await asked("GET", "/admin/messages");
  expect(messages[1]).toMatchObject({ from: { kind: "http" }, outcome: "completed" });
});
