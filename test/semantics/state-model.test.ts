import fc from "fast-check";
import {
  deadLetterTo,
  failedMessage,
  functionRef,
  json,
  NonRetryableError,
  StatefulFunctions,
  shape,
} from "statefun";
import { describe, expect, it } from "vitest";
import { runs } from "../effort.ts";
import { complete, wires, wireValue } from "./support/program.ts";

type Step =
  | { readonly kind: "set" | "push"; readonly n: number }
  | { readonly kind: "delete" | "clear" | "read" | "fail" };

interface Kept {
  items: number[];
}
const kept = json("test/kept", shape<Kept>());
const initial = (): Kept => ({ items: [0] });
const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));

const n = fc.nat(9);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom("set" as const, "push" as const), n }),
  fc.record({ kind: fc.constantFrom("delete", "clear", "read", "fail") }) as fc.Arbitrary<Step>,
);
const program = fc.record({
  stored: fc.option(fc.array(n, { maxLength: 2 }), { nil: undefined }),
  hasInitial: fc.boolean(),
  messages: fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
});
type Program = typeof program extends fc.Arbitrary<infer P> ? P : never;

/** What a reader expects: values are what they are, and a failed message never was. */
function expected({ stored, hasInitial, messages }: Program) {
  let value = stored;
  let isWritten = false;
  for (const steps of messages) {
    const valueBefore: number[] | undefined = value;
    const wasWritten: boolean = isWritten;
    for (const one of steps) {
      const current = value ?? (hasInitial ? initial().items : undefined);
      if (one.kind === "push" && current !== undefined) value = [...current, one.n];
      if (one.kind === "set") value = [one.n];
      if (one.kind === "delete" || one.kind === "clear") value = undefined;
      if (["set", "delete", "clear"].includes(one.kind)) isWritten = true;
      if (one.kind === "fail") {
        [value, isWritten] = [valueBefore, wasWritten];
        break;
      }
    }
  }
  const isMutation = isWritten || JSON.stringify(value) !== JSON.stringify(stored);
  return isMutation ? [value] : [];
}

function functionsOf({ hasInitial }: Program): StatefulFunctions {
  const functions = new StatefulFunctions();
  const state = { kept: hasInitial ? { type: kept, initial } : kept };
  functions.bind(
    "test/fn",
    { accepts: json<Step[]>("test/steps"), state },
    async (context, steps) => {
      const own = context.state as { kept?: Kept };
      for (const one of steps) {
        if (one.kind === "push") own.kept?.items.push(one.n);
        else if (one.kind === "set") own.kept = { items: [one.n] };
        else if (one.kind === "delete") delete own.kept;
        else if (one.kind === "clear") context.clear("kept");
        else if (one.kind === "fail") throw new NonRetryableError("as told");
        else void own.kept;
        await Promise.resolve();
      }
    },
  );
  return functions;
}

async function mutationsOf(codec: (typeof wires)[number], given: Program, withLetters: boolean) {
  const { stored, messages } = given;
  const value = stored && wireValue(kept, { items: [...stored] });
  const batch = {
    state: [["kept", value]] as const,
    messages: messages.map((steps) => wireValue(json<Step[]>("test/steps"), steps)),
  };
  const options = withLetters ? { deadLetter } : {};
  const { mutations } = await complete(codec, functionsOf(given), batch, options);
  return mutations.map(
    (one) => one.value && kept.decode(one.value.bytes ?? new Uint8Array()).items,
  );
}

describe.each(wires)("any history of a state on wire $name", (codec) => {
  it("ends as if its failed messages had never been", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (given) => {
        expect(await mutationsOf(codec, given, true)).toEqual(expected(given));
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("ends the same with and without a target for dead letters, when nothing fails", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (drawn) => {
        const messages = drawn.messages.map((steps) => steps.filter(({ kind }) => kind !== "fail"));
        const given = { ...drawn, messages };
        expect(await mutationsOf(codec, given, false)).toEqual(expected(given));
      }),
      { numRuns: runs(500) },
    );
  });

  it("is the same in one batch as in a batch for each message", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (given) => {
        let { stored } = given;
        for (const steps of given.messages) {
          const single = { ...given, stored, messages: [steps] };
          const [...mutations] = await mutationsOf(codec, single, true);
          if (mutations.length > 0) [stored] = mutations;
        }
        const mutations = await mutationsOf(codec, given, true);
        expect(mutations.length > 0 ? mutations[0] : given.stored).toEqual(stored);
      }),
      { numRuns: runs(500) },
    );
  });
});
