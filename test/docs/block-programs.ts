import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Block, blocksOf } from "./blocks.ts";
import { root, tested } from "./documents.ts";

/** Whether a block shows a file of the project. */
export function isFile({ name }: Block): boolean {
  return name.includes("/") || (name !== "" && existsSync(join(root, name)));
}

/** A Worker does not run on Node; test/types compiles it with the types of Workers. */
function isWorker({ text }: Block): boolean {
  return text.includes("ExportedHandler");
}

/** The programs in the documents, written to a folder of their own. */
export interface BlockPrograms {
  readonly folder: string;
  pathOf(block: Block): string;
  load(document: string, name: string): Promise<Record<string, unknown>>;
  remove(): void;
}

export const programBlocks: readonly Block[] = tested
  .flatMap(blocksOf)
  .filter((block) => block.language === "ts" && !isFile(block) && !isWorker(block));

/** Below test/docs/dist: not in version control, and within the project, whose packages they import. */
export function writePrograms(name: string): BlockPrograms {
  const folder = join(root, "test/docs/dist", name);
  const pathOf = ({ document, name }: Pick<Block, "document" | "name">) =>
    join(folder, document.replace(/\W/g, "-"), name);
  rmSync(folder, { recursive: true, force: true });
  for (const block of programBlocks) {
    mkdirSync(dirname(pathOf(block)), { recursive: true });
    writeFileSync(pathOf(block), block.text);
  }
  const config = { extends: "../../../tsconfig.json", include: ["**/*.ts"], exclude: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  return {
    folder,
    pathOf,
    load: (document, name) =>
      import(/* @vite-ignore */ pathToFileURL(pathOf({ document, name })).href),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
