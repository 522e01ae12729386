import { it } from "vitest";
import { add, counterSource } from "./counter.ts";
import { folderOf, startProgram } from "./program.ts";

it("says that the store has failed, and starts the application again", async () => {
  const source = `${counterSource()}
    import { memoryStore } from "statefun/runtime";
    const open = memoryStore()["~store"] as any;
    let commits = 0;
    const store = {
      "~store": () => {
        const inner = open();
        const commit = inner.commit.bind(inner);
        inner.commit = (window: any) => {
          if (++commits > 2) throw Object.assign(new Error("the disk is gone"), { isFinal: true });
          commit(window);
        };
        return inner;
      },
    };
    export default { modules: [functions], store };`;
  const program = startProgram(folderOf({ "counter.mts": source }), [
    "dev",
    "counter.mts",
    "--port",
    "0",
  ]);
  const url = await program.url();
  for (let count = 0; count < 3; count++) await add(url, 1).catch(() => {});
  await program.says(/the store failed, and the engine has stopped: the disk is gone/);
  await program.says(/before the next start/);
});
