import fc from "fast-check";
import { StateFunError, string } from "statefun";
import { describe, expect, it } from "vitest";
import { cases, seeded } from "../effort.ts";
import { propertyTimeoutMs } from "../property/cases.ts";
import { complete, sent, wires, wireValue } from "../semantics/support/program.ts";
import { anything, mixed } from "./support/arbitrary-values.ts";
import { engines } from "./support/engines.ts";
import { Data, keeper } from "./support/keeper.ts";
import { asRead, expectSame } from "./support/same.ts";

const numRuns = cases / 10;

const values = fc.oneof(anything, mixed);
const messages = (...texts: string[]) => texts.map((text) => wireValue(string, text));
const absent = [["kept", undefined]] as const;

/** What was wrong, if it is an error that says so. */
const refusal = (error: unknown) => {
  if (!(error instanceof StateFunError) || error.code !== "value_invalid") throw error;
  return undefined;
};

describe.each(wires)("any value whatever, on wire $name,", (codec) => {
  it(
    "is refused or given back in a state, in one batch and in two",
    { timeout: propertyTimeoutMs },
    () =>
      fc.assert(
        fc.asyncProperty(values, async (value) => {
          const { functions, seenAt } = keeper(() => value);
          const together = { state: absent, messages: messages("store", "read") };
          const outcome = await complete(codec, functions, together).catch(refusal);
          const alone = { state: absent, messages: messages("store") };
          const first = await complete(codec, functions, alone).catch(refusal);
          expect(first?.mutations).toEqual(outcome?.mutations);
          if (first === undefined) return;
          const state = [["kept", first.mutations[0]?.value]] as const;
          await complete(codec, functions, { state, messages: messages("read") });
          expect(seenAt("1")).toHaveLength(2);
          for (const seen of seenAt("1")) expectSame(seen, asRead(value));
        }),
        { numRuns, ...seeded },
      ),
  );

  it("is refused or given back in a message", { timeout: propertyTimeoutMs }, () =>
    fc.assert(
      fc.asyncProperty(values, async (value) => {
        const { functions } = keeper(() => value);
        const batch = { state: absent, messages: messages("send", "send") };
        const outcome = await complete(codec, functions, batch).catch(refusal);
        if (outcome === undefined) return;
        for (const received of sent(outcome, Data)) expectSame(received, asRead(value));
      }),
      { numRuns, ...seeded },
    ),
  );
});

describe.each(engines)("any value whatever, on $name,", ({ start }) => {
  const several = fc.array(values, { minLength: 1, maxLength: 30 });

  it("is refused or given back in a state and in a message", { timeout: propertyTimeoutMs }, () =>
    fc.assert(
      fc.asyncProperty(several, async (list) => {
        const kept = keeper((index) => list[index]);
        const engine = await start(kept);
        const sends = list.flatMap((_, index) => [
          engine.send(`s${index}`, `store ${index}`),
          engine.send(`s${index}`, "read"),
          engine.send(`m${index}`, `send ${index}`),
        ]);
        await Promise.all(sends);
        await engine.idle();
        await Promise.all(list.map((_, index) => engine.send(`s${index}`, "read")));
        await engine.idle();
        const letters = await engine.letters();
        await engine.close();
        for (const [index, value] of list.entries()) {
          const isRefused = letters.has(`s${index}`);
          const expected = isRefused ? undefined : asRead(value);
          expect(kept.seenAt(`s${index}`)).toHaveLength(2);
          for (const seen of kept.seenAt(`s${index}`)) expectSame(seen, expected);
          const received = letters.has(`m${index}`) ? [] : [expected];
          expectSame(kept.seenAt(`m${index}`), received);
          if (value !== undefined) expect(letters.has(`m${index}`)).toBe(isRefused);
        }
        for (const letter of letters.values()) {
          expect(letter).toEqual({ code: "value_invalid", attempts: 1 });
        }
      }),
      { numRuns: Math.ceil(numRuns / 50), ...seeded },
    ),
  );
});

describe("plain data of any kind", () => {
  const plain = fc.jsonValue({ noUnicodeString: false, maxDepth: 6 });

  it("is never refused", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expectSame(Data.decode(Data.encode(value)), value);
      }),
      { numRuns: numRuns * 2, ...seeded },
    );
  });
});
