import { describe, expect, it } from "vitest";
import {
  bytesFromHex,
  expand,
  goldenFiles,
  type Hex,
  type Item,
  type Json,
  readItems,
} from "./fixtures.ts";
import { normalize } from "./meaning.ts";
import { meaningOf } from "./oracle.ts";

interface MessageItem extends Item {
  readonly message?: string;
  readonly hex?: Hex;
  readonly meaning?: Json;
  readonly request?: { readonly hex: Hex; readonly meaning: Json };
  readonly response?: { readonly hex: Hex; readonly meaning: Json } | null;
}

/** Each message of an item that has a meaning. */
function messagesOf(item: MessageItem): readonly (readonly [message: string, Hex, Json])[] {
  const { request, response, hex, meaning, message = "ToFunction" } = item;
  if (request !== undefined) {
    // The official parsers do not know the fork's metadata, the oracle does.
    const requests = item.name.startsWith("official-sdks/") ? [] : [request];
    return [
      ...requests.map((part) => ["ToFunction", part.hex, part.meaning] as const),
      ...(response ? [["FromFunction", response.hex, response.meaning] as const] : []),
    ];
  }
  const isListed = meaning !== undefined && meaning !== null && !("summary" in Object(meaning));
  return hex !== undefined && isListed ? [[message, hex, meaning]] : [];
}

const files = [
  "requests.json",
  "exchanges-v3.json",
  "exchanges-v2.json",
  "metadata.json",
  "malformed.json",
];

describe("the oracle", () => {
  it.for(files)("reads the messages of %s as the SDKs' parsers do", (file) => {
    const items = readItems<MessageItem>(file);
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      for (const [message, hex, meaning] of messagesOf(item)) {
        const read = meaningOf(bytesFromHex(hex), message, item.wire);
        expect(normalize(read), `${item.name} ${message}`).toEqual(normalize(expand(meaning)));
      }
    }
  });

  it("knows all the files of golden vectors, each of which has its tests", () => {
    expect([...goldenFiles()].sort()).toEqual([...files, "values.json"].sort());
  });
});
