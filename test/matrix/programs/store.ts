import process from "node:process";
import { memoryStore } from "statefun/runtime";
import type { NewData } from "../../store/subject.ts";
import { runCase, storeCases } from "../../store/suite.ts";

/**
 * Runs the cases of test/store on the runtime that this is started on: `store <kind> <folder>`. Says
 * in a line of JSON for each what became of it.
 */
const [, , kind, folder] = process.argv;

async function newDataOf(): Promise<NewData> {
  if (kind === "memory") {
    return () => {
      const store = memoryStore();
      return () => store;
    };
  }
  const { sqliteStore } = await import("statefun/sqlite");
  let count = 0;
  return () => {
    count += 1;
    const path = `${folder}/${kind}-${count}.db`;
    return () => sqliteStore(path);
  };
}

const newData = await newDataOf();
for (const one of storeCases) {
  let failure: string | undefined;
  try {
    await runCase(one, newData);
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  console.log(JSON.stringify({ name: one.name, failure }));
}
