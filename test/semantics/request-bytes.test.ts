import { bytes, customType, invocationHandler, StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { requestOf, wires, wireValue } from "./support/program.ts";

const blob = bytes("test/blob");
const view = customType<DataView, "test/view">({
  typename: "test/view",
  encode: ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  decode: ({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength),
});

describe.each(wires)("the bytes of a request on wire $name", (codec) => {
  it("stay as they are, whatever a handler does to values that it read from them", async () => {
    const functions = new StatefulFunctions();
    const state = { blob, view };
    functions.bind("test/fn", { accepts: [blob, view], state }, (context, message) => {
      if (message.typename === "test/blob") message.value.fill(9);
      else message.value.setUint8(0, 9);
      context.state.blob?.fill(9);
      context.state.view?.setUint8(0, 9);
    });
    const given = new Uint8Array([1, 2, 3]);
    const request = requestOf(codec, {
      state: [
        ["blob", wireValue(blob, given)],
        ["view", wireValue(view, new DataView(given.buffer))],
      ],
      messages: [wireValue(blob, given), wireValue(view, new DataView(given.buffer))],
    });
    const before = request.slice();
    const handle = invocationHandler(functions, { protocol: codec.name });
    const outcome = codec.decodeResponse(await handle(request));
    expect(request).toEqual(before);
    if (outcome.kind !== "completed") return expect.fail("not completed");
    // The changes themselves were noticed.
    expect(outcome.mutations.map(({ value }) => [...(value?.bytes ?? [])])).toEqual([
      [9, 9, 9],
      [9, 2, 3],
    ]);
  });
});
