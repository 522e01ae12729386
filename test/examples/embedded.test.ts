import { describe, expect, it } from "vitest";
import { folderOf, type Program, startProgram } from "../cli/program.ts";
import { commandsOf, examples, fileOf } from "./gallery.ts";
import { expectRecords, type Fetch, sendAll } from "./talking.ts";

/** All of them in one process, whose modules are those of their entries. */
const entry = `
${examples.map((one, n) => `import * as from${n} from "${fileOf(one, one.entry)}";`).join("\n")}
const isModule = (one) => one !== null && typeof one === "object" && "~module" in one;
const entries = [${examples.map((_, n) => `from${n}`).join(", ")}];
export const modules = entries.flatMap(({ default: options, ...named }) => [
  ...(options?.modules ?? []),
  ...Object.values(named).filter(isModule),
]);
`;

describe("the gallery in one process", () => {
  it("gives what each README says, when it is killed in the middle and every message is repeated", async () => {
    const folder = folderOf({ "all.mjs": entry });
    const first = await start(folder);
    for (const example of examples) {
      await sendAll(example, first.ask, 0, Math.ceil(commandsOf(example).length / 2));
    }
    first.program.kill("SIGKILL");
    await first.program.ended;
    const second = await start(folder);
    for (const example of examples) await sendAll(example, second.ask);
    for (const example of examples) await expectRecords(example, second.ask);
    // The one of the showcase, which fails on purpose.
    const answer = await second.ask("/admin/dead-letters");
    expect(await answer.json()).toMatchObject({
      deadLetters: [{ error: { code: "non_retryable", message: "30 are not there" } }],
    });
  }, 120_000);
});

async function start(folder: string): Promise<{ program: Program; ask: Fetch }> {
  const program = startProgram(folder, ["dev", "all.mjs", "--port", "0"]);
  const [, url = ""] = await program.says(/(http:\/\/[^\s"]+)\n/, 60_000);
  return { program, ask: (path, init) => fetch(`${url}${path}`, init) };
}
