import { type Compiler, versions } from "./compilers.ts";

/** `STATEFUN_TYPES=all` takes every combination, and each program alone as well: many minutes, in `.ci/slow`. */
export const isWhole: boolean = process.env["STATEFUN_TYPES"] === "all";

/** What is said to the compiler about strictness. */
export const flagSets = {
  /** The defaults up to 5.9: later ones are strict unless told otherwise. */
  "{}": { strict: false },
  "{ strict }": { strict: true },
  /** What a careful user has. */
  "the strict set": {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    erasableSyntaxOnly: true,
  },
} as const;

export const resolutions = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "preserve", moduleResolution: "bundler" },
} as const;

export interface Row {
  readonly version: Compiler;
  readonly flags: keyof typeof flagSets;
  readonly resolution: keyof typeof resolutions;
  readonly skipLibCheck: boolean;
}

const row = (
  version: Compiler,
  flags: Row["flags"],
  resolution: Row["resolution"],
  skipLibCheck: boolean,
): Row => ({ version, flags, resolution, skipLibCheck });

/** Every value of each axis with every value of each other axis: what fits into a minute. */
export const pairs: readonly Row[] = [
  row("5.8", "{}", "nodenext", true),
  row("5.8", "{ strict }", "bundler", true),
  row("5.8", "the strict set", "nodenext", false),
  row("5.9", "{}", "bundler", false),
  row("5.9", "{ strict }", "nodenext", true),
  row("5.9", "the strict set", "bundler", true),
  row("6.0", "{}", "nodenext", false),
  row("6.0", "{ strict }", "bundler", true),
  row("6.0", "the strict set", "nodenext", true),
  row("7.0", "{}", "bundler", true),
  row("7.0", "{ strict }", "nodenext", false),
  row("7.0", "the strict set", "bundler", false),
];

/** All combinations. */
export const product: readonly Row[] = versions.flatMap((version) =>
  (Object.keys(flagSets) as Row["flags"][]).flatMap((flags) =>
    (Object.keys(resolutions) as Row["resolution"][]).flatMap((resolution) =>
      [true, false].map((skipLibCheck) => row(version, flags, resolution, skipLibCheck)),
    ),
  ),
);

export const titleOf = ({ version, flags, resolution, skipLibCheck }: Row): string =>
  `TypeScript ${version}, ${flags}, ${resolution}, skipLibCheck ${skipLibCheck ? "on" : "off"}`;

/** All but where the programs are and which globals they have. */
export const optionsOf = ({ flags, resolution, skipLibCheck }: Row) => ({
  target: "es2022",
  ...resolutions[resolution],
  ...flagSets[flags],
  skipLibCheck,
  skipDefaultLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
});
