import fc from "fast-check";
import { codecV2, codecV3, type ProtocolCodec } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { modelsV2, modelsV3, type WireArbitraries } from "./arbitraries.ts";
import { parameters, propertyTimeoutMs } from "./cases.ts";
import { meaningOfBatch, meaningOfOutcome } from "./meaning.ts";
import type { Oracle } from "./oracle.ts";
import { oracleV2 } from "./oracle-v2.ts";
import { oracleV3 } from "./oracle-v3.ts";

const wires: readonly [ProtocolCodec, Oracle, WireArbitraries][] = [
  [codecV2, oracleV2, modelsV2],
  [codecV3, oracleV3, modelsV3],
];

describe.each(wires)("$name", { timeout: propertyTimeoutMs }, (codec, oracle, models) => {
  const { name } = codec;

  it("reads and writes requests like the generated code", () => {
    fc.assert(
      fc.property(models.batch, (batch) => {
        const meaning = meaningOfBatch(batch, name);
        const theirs = oracle.readRequest(codec.encodeRequest(batch));
        expect(theirs && meaningOfBatch(theirs, name)).toBe(meaning);
        const written = new Uint8Array(oracle.writeRequest(batch));
        expect(meaningOfBatch(codec.decodeRequest(written), name)).toBe(meaning);
        expect(meaningOfBatch(codec.decodeRequest(codec.encodeRequest(batch)), name)).toBe(meaning);
      }),
      parameters(`${name} requests`),
    );
  });

  it("reads and writes responses like the generated code", () => {
    fc.assert(
      fc.property(models.outcome, (outcome) => {
        const meaning = meaningOfOutcome(outcome, name);
        const encoded = codec.encodeResponse(outcome);
        expect(meaningOfOutcome(oracle.readResponse(encoded), name)).toBe(meaning);
        expect(meaningOfOutcome(codec.decodeResponse(encoded), name)).toBe(meaning);
        const written = new Uint8Array(oracle.writeResponse(outcome));
        expect(meaningOfOutcome(codec.decodeResponse(written), name)).toBe(meaning);
      }),
      parameters(`${name} responses`),
    );
  });
});
