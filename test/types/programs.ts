import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isFile } from "../docs/block-programs.ts";
import { type Block, blocksOf } from "../docs/blocks.ts";
import { docExamples } from "../docs/doc-examples.ts";
import { documents, root } from "../docs/documents.ts";
import { publicNames } from "../package/public-names.ts";

/** What the package does not ask for, or whose own types need `skipLibCheck`: test/docs compiles programs with it, and runs them. */
const needsMore = /from "@(?:opentelemetry\/(?!api")|platformatic\/kafka)/;

/** A file of a user's project that must compile by itself, with what it imports. */
export interface Program {
  /** From the folder of the project. */
  readonly file: string;
  /** A Worker has Cloudflare's globals in place of the web's and Node's. */
  readonly isWorker: boolean;
  /** Its wrong lines are only wrong where `null` and `undefined` are values of their own. */
  readonly isTrap: boolean;
}

/** Folders of this project whose files stand in the documents, or are programs beside them. */
const folders = ["workers", "deno", "examples"];

/**
 * Writes all programs into a project: every block of every document and every example of a doc comment (one that is new
 * is there by being written), what a document shows as a file, the applications, the programs and traps beside this file.
 */
export function writePrograms(project: string): readonly Program[] {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  for (const folder of folders) cpSync(join(root, folder), join(project, folder), copied);
  for (const folder of ["apps", "gen", "types/programs", "types/traps"]) {
    cpSync(join(root, "test", folder), join(project, folder), copied);
  }
  writeFileSync(join(project, "names.ts"), importOfEveryName());
  const blocks = [...documents().flatMap(blocksOf), ...docExamples()].filter(
    ({ language }) => language === "ts",
  );
  for (const block of blocks) {
    if (isFile(block) || isLeftOut(block, blocks)) continue;
    const name = block.name === "" ? `line-${block.line}.ts` : block.name;
    const path = join(project, "blocks", block.document.replace(/\W/g, "-"), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, block.text);
  }
  const files = globSync("{blocks,workers,deno,examples,apps,types}/**/*.ts", { cwd: project });
  return ["names.ts", ...files.sort()]
    .filter((file) => !file.startsWith("apps/tests/"))
    .map((file) => ({
      file,
      isWorker: /cloudflare:workers|ExportedHandler|DurableObjectNamespace/.test(
        readFileSync(join(project, file), "utf8"),
      ),
      isTrap: file.startsWith("types/traps/"),
    }));
}

/** Also what imports a block beside it that is left out. */
function isLeftOut(block: Block, blocks: readonly Block[]): boolean {
  if (needsMore.test(block.text)) return true;
  return blocks.some(
    ({ document, name, text }) =>
      document === block.document &&
      block.text.includes(`from "./${name}"`) &&
      needsMore.test(text),
  );
}

const copied = { recursive: true, filter: (path: string) => !/node_modules|dist/.test(path) };

/** `names.ts`: a value in a value's place and a type in a type's. */
function importOfEveryName(): string {
  const lines = Object.entries(publicNames).flatMap(([subpath, { values, types }], index) => {
    const rename = (name: string) => `${name} as ${name}_${index}`;
    return [
      `import { ${values.map(rename).join(", ")} } from "${subpath}";`,
      `export type { ${types.map(rename).join(", ")} } from "${subpath}";`,
      `export const values_${index} = [${values.map((name) => `${name}_${index}`).join(", ")}] as const;`,
    ];
  });
  return lines.join("\n");
}
