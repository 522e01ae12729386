import { expect, it } from "vitest";
import { counterSource } from "../counter.ts";
import { folderOf, startProgram } from "../program.ts";
import { inTime } from "./app.ts";
import { objectsOf, operator } from "./operators.ts";

it("works with statefun dev, which asks for no token", async () => {
  const folder = folderOf({ "functions.mts": counterSource() });
  const dev = startProgram(folder, ["dev", "functions.mts", "--port", "0"]);
  const url = await dev.url();
  const environment = { STATEFUN_TOKEN: "" };
  const run = (...args: string[]) => operator(url, args, { environment });
  const call = ["demo/counter", "zoe", '{"name":"zoe","by":2}'];
  expect(await run("send", ...call)).toMatchObject({ code: 0, errors: "" });
  await expect
    .poll(async () => (await run("state", "get", "demo/counter", "zoe", "total")).output, inTime)
    .toBe("2\n");
  expect((await run("ls")).output).toMatch(/demo\/counter +0 +- +\d+ +0 +0\n/);
  expect(objectsOf(await run("ls", "demo/counter", "--json"))).toMatchObject([
    { id: "zoe", states: 1 },
  ]);
  expect(await run("pause", "demo/counter")).toMatchObject({ code: 0 });
  await run("send", ...call);
  expect((await run("show", "demo/counter", "zoe")).output).toMatch(/^demo\/counter zoe {2}paused/);
  expect(await run("resume", "demo/counter")).toMatchObject({ code: 0 });
  await expect
    .poll(async () => (await run("state", "get", "demo/counter", "zoe", "total")).output, inTime)
    .toBe("4\n");
  expect((await run("dead")).code).toBe(4);
  expect((await run("send", "demo/countre", "zoe", "1")).errors).toMatch(
    /did you mean demo\/counter\?/,
  );
});
