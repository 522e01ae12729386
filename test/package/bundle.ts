import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { inject } from "vitest";

export interface Bundle {
  /** What is loaded at once: what the program imports when it needs it comes in chunks of its own. */
  readonly text: string;
  readonly gzipBytes: number;
  /** Each module of the output, those that are loaded later too. */
  readonly chunks: readonly string[];
  /** The gzip of all chunks together. */
  readonly wholeGzipBytes: number;
  /** The modules of all chunks, by their paths. */
  readonly paths: readonly string[];
  /** What each module adds to what is loaded at once, before gzip, the largest first. */
  readonly modules: readonly { readonly path: string; readonly bytes: number }[];
}

export interface BundleOptions {
  /** Packages that stay outside. */
  readonly external?: readonly string[];
  /** @default true */
  readonly minify?: boolean;
}

/** Bundles a program of a user of the packed package, as for a Worker: no platform, tree-shaken. */
export async function bundle(program: string, options: BundleOptions = {}): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: program, resolveDir: inject("consumer"), sourcefile: "program.js" },
    absWorkingDir: inject("consumer"),
    bundle: true,
    splitting: true,
    outdir: "out",
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    minify: options.minify ?? true,
    external: [...(options.external ?? [])],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const atOnce = loadedAtOnce(metafile);
  const isAtOnce = (path: string) => [...atOnce].some((name) => path.endsWith(name));
  const text = outputFiles
    .filter(({ path }) => isAtOnce(path))
    .map((output) => output.text)
    .join("\n");
  const gzipBytes = gzipSync(text, { level: 9 }).length;
  const chunks = outputFiles.map((output) => output.text);
  const wholeGzipBytes = gzipSync(chunks.join("\n"), { level: 9 }).length;
  const paths = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return { text, gzipBytes, chunks, wholeGzipBytes, paths, modules: modulesOf(metafile, atOnce) };
}

/** The outputs of the program itself and of what it imports by statements, by their paths. */
function loadedAtOnce({ outputs }: Metafile): Set<string> {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) add(imported);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === "program.js") add(path);
  }
  return found;
}

function modulesOf({ outputs }: Metafile, atOnce: ReadonlySet<string>): Bundle["modules"] {
  return Object.entries(outputs)
    .filter(([path]) => atOnce.has(path))
    .flatMap(([, { inputs }]) => Object.entries(inputs))
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
}
