import { StatefulFunctions, string } from "statefun";
import { encrypted } from "statefun/encryption";
import type { WireValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, failure, respond, wires } from "../semantics/support/program.ts";
import { changingKeys, messageOf, rawKey, secretText } from "./support.ts";

const ring = changingKeys("a", "a", "b");
const Secret = encrypted(string, ring);

async function wireOf(text: string): Promise<WireValue> {
  const { typename, bytes } = await Secret.seal(text);
  return { typename, bytes, headers: [] };
}

const textOf = ({ typename, bytes = new Uint8Array() }: WireValue): Promise<string> =>
  Secret.open(messageOf({ typename, bytes }));

function functionsOf(seen: unknown[]) {
  const functions = new StatefulFunctions();
  functions.bind(
    "test/fn",
    { accepts: Secret, replies: Secret, state: { last: Secret, other: Secret } },
    (context, message) => {
      seen.push([message, context.state.last, context.state.other]);
      if (message !== "read") context.state.last = message;
      context.send({ typename: "test/other", id: "1" } as never, Secret.of(message));
      context.sendAfter(1, { typename: "test/other", id: "1" } as never, Secret.of(message));
    },
  );
  return functions;
}

describe.each(wires)("the handler of a cluster, on wire $name", (codec) => {
  it("reads and writes encrypted values", async () => {
    const seen: unknown[] = [];
    const state = [
      ["last", await wireOf("before")],
      ["other", undefined],
    ] as const;
    const messages = [await wireOf(secretText), await wireOf("two")];
    const done = await complete(codec, functionsOf(seen), { state, messages });
    expect(seen).toEqual([
      [secretText, "before", undefined],
      ["two", secretText, undefined],
    ]);
    const [mutation] = done.mutations;
    expect(done.mutations).toHaveLength(1);
    expect(await textOf(mutation?.value ?? expect.fail("nothing"))).toBe("two");
    const sent = await Promise.all(done.messages.map(({ argument }) => textOf(argument)));
    expect(sent).toEqual([secretText, "two"]);
    expect(done.delayed).toHaveLength(2);
  });

  it("writes nothing for a mere read", async () => {
    const state = [
      ["last", await wireOf("before")],
      ["other", undefined],
    ] as const;
    const messages = [await wireOf("read"), await wireOf("read")];
    const { mutations } = await complete(codec, functionsOf([]), { state, messages });
    expect(mutations).toEqual([]);
  });

  it("answers nothing plain, whatever is encrypted", async () => {
    const state = [
      ["last", undefined],
      ["other", undefined],
    ] as const;
    const messages = [await wireOf(secretText)];
    const response = await respond(codec, functionsOf([]), { state, messages });
    expect(Buffer.from(response).includes(secretText)).toBe(false);
  });

  it("fails a batch whose key is missing, so that the cluster tries it again", async () => {
    const messages = [await wireOf(secretText)];
    const state = [
      ["last", undefined],
      ["other", undefined],
    ] as const;
    ring.all.delete("a");
    const error = await failure(
      respond(codec, functionsOf([]), { state, messages }),
      "unavailable",
    );
    expect(error.message).toContain('there is no key "a"');
    ring.all.set("a", rawKey(1));
    await complete(codec, functionsOf([]), { state, messages });
  });
});

it("tells a cluster that a plain state cannot become an encrypted one of the same name", async () => {
  const functions = new StatefulFunctions();
  const Read = encrypted(string, ring, { readPlain: true });
  functions.bind("test/fn", { accepts: string, state: { last: Read } }, () => {});
  const [, v3] = wires;
  const messages = [{ typename: string.typename, bytes: string.encode("x"), headers: [] }];
  const state = [["last", undefined]] as const;
  const error = await failure(
    respond(v3 ?? expect.fail("no wire"), functions, { state, messages }),
    "invalid_argument",
  );
  expect(error.message).toContain("move the value to a state of another name");
});
