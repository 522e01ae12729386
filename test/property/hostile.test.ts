import fc from "fast-check";
import { codecV2, codecV3 } from "statefun/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  FromFunctionSchema as FromV2,
  ToFunctionSchema as ToV2,
} from "../gen/v2/request-reply_pb.ts";
import {
  FromFunctionSchema as FromV3,
  ToFunctionSchema as ToV3,
} from "../gen/v3/request-reply_pb.ts";
import { cases, isSlowSuite, parameters, propertyTimeoutMs } from "./cases.ts";
import { goldenMessages, mutatedGolden } from "./golden-bytes.ts";
import { builtinPrototypes, checkHostile, newTally, type Tally } from "./hostile.ts";
import { soup } from "./soup.ts";

let before = "";
beforeAll(() => {
  before = builtinPrototypes();
});
afterAll(() => {
  expect(builtinPrototypes()).toBe(before);
});

function run(name: Parameters<typeof cases>[0], inputs: fc.Arbitrary<Uint8Array>): Tally {
  const tally = newTally();
  fc.assert(
    fc.property(inputs, (bytes) => checkHostile(bytes, tally)),
    parameters(name),
  );
  if (isSlowSuite) console.log(name, tally);
  expect(tally.cases).toBeGreaterThanOrEqual(cases(name) * 4);
  return tally;
}

describe("hostile bytes", { timeout: propertyTimeoutMs }, () => {
  it("are refused or read like the generated parser reads them, when random", () => {
    const anything = fc.uint8Array({ maxLength: 200, size: "max" });
    const behindATag = anything.map((rest) => Uint8Array.from([0xa2, 0x06, rest.length, ...rest]));
    run("random bytes", fc.oneof(anything, behindATag));
  });

  it("are refused or read like the generated parser reads them, when of the schema's fields", () => {
    const tally = run(
      "protobuf soup",
      fc.oneof(soup(ToV2), soup(ToV3), soup(FromV2), soup(FromV3)),
    );
    expect(tally.acceptedByBoth / tally.cases).toBeGreaterThan(0.1);
  });

  it("are refused or read like the generated parser reads them, when mutated from golden ones", () => {
    expect(goldenMessages.length).toBeGreaterThan(500);
    const tally = run("mutated golden bytes", mutatedGolden);
    expect(tally.acceptedByBoth / tally.cases).toBeGreaterThan(0.02);
  });

  it("agree with the generated parser on every golden message as it is", () => {
    const tally = newTally();
    for (const bytes of goldenMessages) checkHostile(new Uint8Array(bytes), tally);
    expect(tally.acceptedByBoth / tally.cases).toBeGreaterThan(0.1);
  });

  it("cannot name their way into a prototype", () => {
    for (const codec of [codecV2, codecV3]) {
      for (const name of ["__proto__", "constructor", "hasOwnProperty", "prototype"]) {
        const state = new Map([
          [name, { typename: `${name}/x`, bytes: Buffer.from(name), headers: [] }],
        ]);
        const target = { typename: `${name}/${name}`, id: name };
        const batch = codec.decodeRequest(codec.encodeRequest({ target, state, invocations: [] }));
        expect([...batch.state.keys()]).toEqual([name]);
        expect(batch.target.typename).toBe(`${name}/${name}`);
        expect(batch.state.get(name)?.typename).toBe(`${name}/x`);
      }
    }
    expect(builtinPrototypes()).toBe(before);
  });
});
