import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOf, startProgram } from "./program.ts";

/** A function that sends, delays and emits to the names that it is told. */
const source = (greeter = "demo/greeter", onError = "") => `
import { egress, functionRef, StatefulFunctions, string } from "statefun";
export const greetings = egress("demo/greetings", string);
const functions = new StatefulFunctions("demo");
functions.bind("${greeter}", { accepts: string }, () => {});
functions.bind("demo/send", { accepts: string }, (context, name) => {
  context.send(functionRef("demo/" + name, string).at("zoe"), "hello");
});
functions.bind("demo/later", { accepts: string }, (context, name) => {
  context.sendAfter(3_600_000, functionRef("demo/" + name, string).at("zoe"), "hello");
});
functions.bind("demo/emit", { accepts: string }, (context, name) => {
  context.emit(egress("demo/" + name, string), "hello");
});
export default { modules: [functions]${onError} };
`;

const args = ["dev", "functions.mts", "--port", "0"];
const folder = (text = source()) => folderOf({ "functions.mts": text });

async function post(url: string, fn: string, text: string): Promise<void> {
  const headers = { "content-type": "text/plain" };
  const init = { method: "POST", headers, body: text };
  const response = await fetch(`${url}/functions/demo/${fn}/1`, init);
  expect(response.status).toBe(202);
}

async function get(url: string, path: string) {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const misspelt =
  /warning +demo\/greter is not bound: 1 message waits for it, did you mean demo\/greeter\?\n/g;

describe("statefun dev warns", () => {
  it("at the first message to a function that is not bound, once for each name", async () => {
    const program = startProgram(folder(), args);
    const url = await program.url();
    for (const name of ["greter", "greter", "else"]) await post(url, "send", name);
    await program.says(/warning +demo\/else is not bound: 1 message waits for it\n/);
    expect(program.output.match(misspelt)).toHaveLength(1);
    expect(program.output).not.toContain("error ");
  });

  it("when a delayed message is sent to one", async () => {
    const program = startProgram(folder(), [...args, "--memory"]);
    await post(await program.url(), "later", "greter");
    await program.says(misspelt);
  });

  it("although the entry has an onError, which hears of it as well", async () => {
    const onError = ", onError: (error) => console.log('own', error.code)";
    const program = startProgram(folder(source("demo/greeter", onError)), [...args, "--memory"]);
    await post(await program.url(), "send", "greter");
    await program.says(misspelt);
    await program.says(/own unknown_function/);
  });

  it("after a restart of what waits for a function that was renamed", async () => {
    const where = folder();
    const program = startProgram(where, args);
    const url = await program.url();
    for (let count = 0; count < 3; count++) await post(url, "send", "greter");
    writeFileSync(join(where, "functions.mts"), source("demo/greeters"));
    await program.says(
      /warning +demo\/greter is not bound: 3 messages wait for it, did you mean demo\/greeters\?\n/,
    );
  });

  it("of a record for an egress whose name is nearly a known one", async () => {
    const program = startProgram(folder(), [...args, "--memory"]);
    const url = await program.url();
    await post(url, "emit", "grettings");
    await program.says(
      /warning +egress demo\/grettings is neither bound nor exported, so its records are kept, did you mean demo\/greetings\?\n/,
    );
  });
});

describe("statefun dev answers 404, with the name that may be meant", () => {
  it("for an egress that has no record and is not exported", async () => {
    const program = startProgram(folder(), [...args, "--memory"]);
    const url = await program.url();
    expect(await get(url, "/egresses/demo/greetings")).toMatchObject({
      status: 200,
      body: { records: [] },
    });
    const message = (name: string, hint: string) =>
      `no egress ${JSON.stringify(name)} can be read here${hint}`;
    for (const [name, hint] of [
      ["demo/grettings", ", did you mean demo/greetings?"],
      ["demo/other", ""],
    ] as const) {
      expect(await get(url, `/egresses/${name}`)).toMatchObject({
        status: 404,
        body: { error: { code: "unknown_egress", message: message(name, hint) } },
      });
    }
    await post(url, "emit", "other");
    await program.says(/egress +demo\/other/);
    expect((await get(url, "/egresses/demo/other")).body["records"]).toHaveLength(1);
  });

  it("for a function, to be sent to and to be looked at", async () => {
    const program = startProgram(folder(), [...args, "--memory"]);
    const url = await program.url();
    const error = {
      code: "unknown_function",
      message: 'no function "demo/greter" can be reached here, did you mean demo/greeter?',
    };
    for (const path of ["/functions/demo/greter/1", "/admin/instances/demo/greter/1"]) {
      expect(await get(url, path)).toMatchObject({ status: 404, body: { error } });
    }
  });
});
