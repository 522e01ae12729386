import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { joinParts } from "../../../src/export-format/join-parts.ts";
import { createSha256 } from "../../../src/export-format/sha256.ts";
import { type Objects, startObjects } from "../support/objects.ts";

type Line = Record<string, unknown> & { readonly kind: string };

const intent = () => ({ "statefun-admin": "1", "idempotency-key": randomUUID() });

export function linesOf(bytes: Uint8Array): Line[] {
  if (bytes.length === 0) return [];
  const texts = new TextDecoder().decode(bytes).trimEnd().split("\n");
  return texts.map((text) => JSON.parse(text) as Line);
}

/** Objects of the shop, which stand still. */
export async function withPausedObjects(
  bindings: Record<string, string>,
  work: (objects: Objects) => Promise<void>,
): Promise<void> {
  const worker = join(import.meta.dirname, "worker.ts");
  const objects = await startObjects(worker, { PAUSED: "yes", ...bindings });
  try {
    await work(objects);
  } finally {
    await objects.close();
  }
}

/** Sends parts of so many lines: first to be checked, then to be written. */
export async function importInto(
  objects: Pick<Objects, "url">,
  bytes: Uint8Array,
  {
    replace = false,
    size = 300,
    onPart = async () => {},
  }: { replace?: boolean; size?: number; onPart?: (part: number) => Promise<void> } = {},
): Promise<void> {
  const texts = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const { sha256 } = JSON.parse(texts.at(-1) ?? "") as { sha256: string };
  const records = texts.slice(1, -1);
  for (const check of ["true", "false"]) {
    for (let from = 0; from < records.length; from += size) {
      const query = { sha256, from: `${from + 2}`, check, replace: `${replace}` };
      const url = `${objects.url()}/admin/import/part?${new URLSearchParams(query)}`;
      const body = `${records.slice(from, from + size).join("\n")}\n`;
      const response = await fetch(url, { method: "POST", headers: intent(), body });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${response.status} ${text}`);
      if (check === "false") await onPart(from / size);
    }
  }
}

/** Addresses that the directory may not have, for a list: of messages, timers and keys. */
export function withoutState(bytes: Uint8Array): string {
  return linesOf(bytes)
    .flatMap(({ kind, to, from }) => {
      if (kind === "timer") return [from ?? to];
      return kind === "message" || kind === "key" ? [to] : [];
    })
    .map((address) => `${JSON.stringify(address)}\n`)
    .join("");
}

/** All parts, joined. The directory does not have addresses without a state: `of` is where they stand. */
export async function exportOf(
  objects: Pick<Objects, "url">,
  of: Uint8Array,
  objectsOfPart = 100,
  more: Record<string, string> = {},
): Promise<Uint8Array> {
  const body = withoutState(of);
  const { pieces } = joinParts(async (place) => {
    const query = {
      ...more,
      objects: `${objectsOfPart}`,
      ...(place && { after: place.after, since: `${place.since}` }),
    };
    const url = `${objects.url()}/admin/export?${new URLSearchParams(query)}`;
    const response = await fetch(url, { method: "POST", headers: intent(), body });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return response.body ?? ([] as never);
  }, createSha256);
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

/** What a move promises to keep: all but numbers, by which what is in one object is in order, and what operators did. */
export function recordsOf(bytes: Uint8Array): readonly unknown[] {
  const kept = linesOf(bytes).filter(
    (line) => !["statefun-export", "partition", "end"].includes(line.kind),
  );
  return kept.map(({ number: _, ...line }) => JSON.stringify(line)).sort();
}
