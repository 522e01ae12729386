import { bytesFromHex, type Hex, type Item, readItems } from "../golden/fixtures.ts";
import { readRecordings, recordedFiles, wireOf } from "../recorded/recordings.ts";

/** Requests and responses of one wire. */
export interface MessageSet {
  readonly name: string;
  readonly wire: "v2" | "v3";
  readonly requests: readonly Uint8Array[];
  readonly responses: readonly Uint8Array[];
}

/** As the fixtures' README describes requests and exchanges. */
interface GoldenItem extends Item {
  readonly hex?: Hex;
  readonly request?: { readonly hex: Hex };
  readonly response?: { readonly hex: Hex };
}

/** The vectors about size would hide all the others. */
const maxBytes = 4_096;

function distinct(found: readonly (Hex | undefined)[]): Uint8Array[] {
  const texts = found.filter((hex) => typeof hex === "string" && hex.length <= 2 * maxBytes);
  return [...new Set(texts)].map((hex) => bytesFromHex(hex ?? ""));
}

function recordedSet(wire: "v2" | "v3"): MessageSet {
  const recordings = recordedFiles()
    .flatMap((file) => readRecordings(file))
    .filter((recording) => recording.status === 200 && wireOf(recording) === wire);
  return {
    name: "recorded",
    wire,
    requests: distinct(recordings.map(({ request }) => request)),
    responses: distinct(recordings.map(({ response }) => response)),
  };
}

function goldenSet(wire: "v2" | "v3"): MessageSet {
  const items = ["requests.json", `exchanges-${wire}.json`]
    .flatMap((file) => readItems<GoldenItem>(file))
    .filter((item) => item.wire === wire);
  return {
    name: "golden",
    wire,
    requests: distinct(items.map(({ hex, request }) => request?.hex ?? hex)),
    responses: distinct(items.map(({ response }) => response?.hex)),
  };
}

export const messageSets: readonly MessageSet[] = [
  recordedSet("v3"),
  recordedSet("v2"),
  goldenSet("v3"),
  goldenSet("v2"),
];
