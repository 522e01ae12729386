import { describe, expect, it } from "vitest";
import { OpenWindow } from "../../src/engine/commit/window.ts";
import type { LinkMessage } from "../../src/engine/contract/links.ts";
import { noteFromMessage } from "../../src/engine/directory/notes.ts";
import { Presence, type PresenceParts } from "../../src/engine/directory/presence.ts";
import type { WireValue } from "../../src/model/invocation.ts";

const address = { typename: "shop/customer", id: "ann" };
const value: WireValue = { typename: "a/b", bytes: new Uint8Array(), headers: [] };
const write = (cell: number, written: WireValue | undefined) =>
  [cell, { cell, address, name: "name", value: written, expiresAt: undefined }] as const;

/** What is told of an address whose state a store has, or not, while it refuses a window. */
function reportOf(names: string[], refused: OpenWindow): boolean | undefined {
  const window = new OpenWindow(0);
  const reported: LinkMessage[] = [];
  const presence = new Presence({
    name: "shop/customer/ann",
    store: { stateNames: () => names },
    presence: { reported: () => '{"complete":["shop/customer"]}' },
    journal: { window, overlays: [refused, window], now: () => 9, nextNumber: () => 9, touch() {} },
    links: { append: (_: string, message: LinkMessage) => reported.push(message) },
    directory: { shardOf: () => ({ typename: "d/d", id: "0" }) },
    isRested: false,
    partitionOf: () => "d/d/0",
  } as unknown as PresenceParts);
  presence.repeat(address);
  return reported.map(({ argument }) => noteFromMessage(argument)?.isHere)[0];
}

describe("while the store refuses a window, the report to the directory says what will be:", () => {
  it("an address that comes with it is here", () => {
    const refused = new OpenWindow(0);
    refused.cells.set(...write(1, value));
    expect(reportOf([], refused)).toBe(true);
  });

  it("an address that goes with it is gone", () => {
    const refused = new OpenWindow(0);
    refused.cells.set(...write(1, undefined));
    expect(reportOf(["name"], refused)).toBe(false);
    expect(reportOf(["name", "other"], refused)).toBe(true);
  });

  it("a state that gets another number stays", () => {
    const refused = new OpenWindow(0);
    refused.cells.set(...write(2, value));
    refused.own.set(...write(1, undefined));
    expect(reportOf(["name"], refused)).toBe(true);
  });
});
