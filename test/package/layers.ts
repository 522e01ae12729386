/**
 * What each folder of `src` may import besides itself, lowest first. A folder can only name folders above its own
 * line, so nothing imports upwards. A new arrow is a decision: it is added here, by hand.
 */
export const arrows: ReadonlyMap<string, readonly string[]> = new Map([
  ["internal", []],
  ["model", ["internal"]],
  ["protocol", ["internal", "model"]],
  ["export-format", ["internal", "model"]],
  ["sdk", ["internal", "model", "protocol"]],
  ["execution", ["internal", "model", "sdk"]],
  ["http", ["internal", "model", "sdk"]],
  ["handler", ["internal", "model", "protocol", "sdk", "execution", "http"]],
  ["migration", ["internal", "model", "protocol", "export-format", "sdk", "http", "handler"]],
  ["engine", ["internal", "model"]],
  ["transport", ["internal", "model", "protocol", "sdk", "execution", "http", "engine"]],
  ["store", ["internal", "model", "protocol", "engine"]],
  ["client", ["internal", "model", "sdk", "http"]],
  ["opentelemetry", ["internal", "model"]],
  ["surface", ["internal", "model", "sdk", "http", "engine"]],
  ["console", ["internal", "surface"]],
  ["module", ["internal", "sdk"]],
  ["connectors", ["internal", "model", "sdk", "http", "engine", "module"]],
  [
    "host",
    [
      ...["internal", "model", "export-format", "sdk", "handler", "engine"],
      ...["transport", "store", "client", "surface"],
    ],
  ],
  [
    "durable-object",
    [
      ...["internal", "model", "export-format", "sdk", "handler", "engine"],
      ...["store", "client", "surface", "host"],
    ],
  ],
  [
    "embedded",
    ["internal", "model", "sdk", "handler", "engine", "store", "client", "surface", "host"],
  ],
  [
    "testing",
    [
      ...["internal", "model", "sdk", "handler", "engine"],
      ...["store", "client", "surface", "host", "embedded"],
    ],
  ],
  ["adapters", ["internal", "sdk", "http", "handler"]],
  [
    "cli",
    [
      ...["internal", "model", "protocol", "export-format", "sdk", "http", "handler"],
      ...["engine", "store"],
      ...["client", "surface", "console", "module", "connectors", "host", "embedded", "adapters"],
    ],
  ],
]);

/** The public subpaths, `src/*.ts`: above all folders. */
export const publicLayer = ".";

const order = [...arrows.keys()];

/** How high a folder stands; undefined for one that `arrows` does not have. */
export function layerOf(folder: string): number | undefined {
  if (folder === publicLayer) return order.length;
  const index = order.indexOf(folder);
  return index < 0 ? undefined : index;
}

/** Whether a file of one folder may import a file of another. */
export function mayImport(from: string, to: string): boolean {
  if (from === to || from === publicLayer) return true;
  return arrows.get(from)?.includes(to) === true;
}
