import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { monthlyBill, type Usage } from "../bench/durable-object/bill.ts";
import { chromiumPath, type OpenPage, openPage } from "../http/browser.ts";
import { readDocument, root } from "./documents.ts";

type Measured = Pick<Usage, "requests" | "rowsWritten" | "rowsRead"> & { readonly wakes: number };
type Traffic = "rare" | "steady" | "burst";
type Usages = Readonly<Record<Traffic, Readonly<Record<"apart" | "grouped", Measured>>>>;

/** A name of the page's script. */
declare const usages: Usages;

const awakeSeconds = 0.1;

function usageOf({ wakes, ...usage }: Measured): Usage {
  return { ...usage, seconds: wakes * awakeSeconds };
}

describe.skipIf(chromiumPath === undefined)("the page that calculates a bill", () => {
  let opened: OpenPage;
  const errors: string[] = [];
  beforeAll(async () => {
    opened = await openPage();
    opened.page.on("pageerror", (error) => errors.push(String(error)));
    await opened.page.goto(pathToFileURL(join(root, "docs/durable-objects-costs.html")).href);
  });
  afterAll(() => opened.close());

  const bill = async () => Number((await opened.page.textContent("#month"))?.replaceAll(",", ""));

  it.each(["rare", "steady", "burst"] as const)(
    "says what the prices make of it, where messages come %s",
    async (traffic) => {
      const { page } = opened;
      const known = await page.evaluate(() => usages);
      await page.selectOption("#traffic", traffic);
      for (const millions of [0, 0.5, 30, 4_000]) {
        await page.fill("#millions", String(millions));
        for (const [percent, kind] of [
          [0, "apart"],
          [100, "grouped"],
        ] as const) {
          await page.fill("#grouped", String(percent));
          const expected = monthlyBill(usageOf(known[traffic][kind]), millions);
          expect(await bill(), `${millions} million, ${kind}`).toBeCloseTo(expected, 2);
        }
      }
      expect(errors).toEqual([]);
    },
  );

  it("takes what is no number for none", async () => {
    const { page } = opened;
    await page.fill("#millions", "");
    await page.fill("#storage", "-5");
    expect(await bill()).toBe(5);
    expect(errors).toEqual([]);
  });

  it("knows what the table of README says of a message", async () => {
    const known = await opened.page.evaluate(() => usages);
    const table = readDocument("docs/durable-objects.md");
    /** Requests, rows written and rows read, each with its explanation. */
    const rowOf = (name: string): number[] => {
      const row = table.split("\n").find((line) => line.startsWith(`| ${name}`)) ?? "";
      return row
        .split("|")
        .slice(2, 5)
        .map((cell) => Number.parseFloat(cell));
    };
    const figuresOf = ({ requests, rowsWritten, rowsRead }: Measured) => [
      requests,
      rowsWritten,
      rowsRead,
    ];
    expect(rowOf("rare: both objects")).toEqual(figuresOf(known.rare.apart));
    expect(rowOf("one after another")).toEqual(figuresOf(known.steady.apart));
    expect(rowOf("50 at once")).toEqual(figuresOf(known.burst.apart));
    expect(rowOf("rare, both addresses")).toEqual(figuresOf(known.rare.grouped));
  });

  it("begins with the table of README", async () => {
    const { page } = opened;
    await page.reload();
    const table = readDocument("docs/durable-objects.md");
    const total = /\*\*a month\*\*[^*]*\*\*([\d.]+)\*\*/.exec(table)?.[1];
    expect(await bill()).toBeCloseTo(Number(total), 2);
  });
});
