import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { inject } from "vitest";

export interface Bundle {
  readonly text: string;
  readonly gzipBytes: number;
  /** What each module of the bundle adds to it, before gzip, the largest first. */
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
  const [output] = outputFiles;
  const text = output?.text ?? "";
  return { text, gzipBytes: gzipSync(text, { level: 9 }).length, modules: modulesOf(metafile) };
}

function modulesOf({ outputs }: Metafile): Bundle["modules"] {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
}
