import { createRuntime } from "../../../src/runtime.ts";
import { createSqlStore } from "../../../src/store/file/sql-store.ts";
import { openNodeSqlite } from "../../../src/store/sqlite/node-sqlite-driver.ts";
import { createHandle } from "../../../src/store/store-handle.ts";
import { changed } from "../../store/changed-driver.ts";
import { addressOf, functions, inFlight } from "../counting.ts";

const [path = "", first = "0", how = "full"] = process.argv.slice(2);

/** Tells at once what it should tell when it is on the disk. */
const hasty = createHandle(() =>
  createSqlStore(async () => {
    const driver = await openNodeSqlite(path, "full");
    const durable = (waiting?: number) => {
      void driver.durable(waiting);
      return Promise.resolve();
    };
    return changed(driver, { durable });
  }),
);
const careful = createHandle(() => createSqlStore(() => openNodeSqlite(path, "full")));

const runtime = await createRuntime({
  modules: [functions],
  store: how === "hasty" ? hasty : careful,
  onError: (error) => console.error(String(error)),
});

let next = Number(first);
/** Each send that was acknowledged is a line, at once: the output is a file. */
async function client(): Promise<void> {
  for (;;) {
    const send = next++;
    await runtime.send(addressOf(send), send % 251);
    process.stdout.write(`${send}\n`);
    // By the clock: otherwise all of them would always wait for the same window.
    if (send % 7 === 0) await new Promise((done) => setTimeout(done, send % 3));
  }
}
await Promise.all(Array.from({ length: inFlight }, client));
