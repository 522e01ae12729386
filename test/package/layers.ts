/**
 * The folders of `src`, lowest first; folders of one line are neighbours. A file imports from its own
 * folder, from lower lines and, never both ways, from neighbours.
 */
export const layers: readonly (readonly string[])[] = [
  ["internal"],
  ["model"],
  ["protocol"],
  ["sdk"],
  ["execution", "http"],
  ["handler"],
  ["engine"],
  ["transport", "store"],
  ["client"],
  ["surface"],
  ["connectors", "module"],
  ["host"],
  ["durable-object", "embedded"],
  ["testing"],
  ["adapters"],
  ["cli"],
];

/** The public subpaths, `src/*.ts`: above all folders. */
export const publicLayer = ".";

export function layerOf(folder: string): number | undefined {
  if (folder === publicLayer) return layers.length;
  const index = layers.findIndex((line) => line.includes(folder));
  return index < 0 ? undefined : index;
}
