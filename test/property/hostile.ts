import { StateFunError } from "statefun";
import { codecV2, codecV3, detectProtocol } from "statefun/protocol";
import { expect } from "vitest";
import { meaningOfBatch, meaningOfOutcome } from "./meaning.ts";
import type { Oracle } from "./oracle.ts";
import { oracleV2 } from "./oracle-v2.ts";
import { oracleV3 } from "./oracle-v3.ts";

/** What became of many inputs, so that a property cannot pass by refusing everything. */
export interface Tally {
  cases: number;
  acceptedByBoth: number;
  acceptedByUsOnly: number;
  acceptedByOracleOnly: number;
}

export function newTally(): Tally {
  return { cases: 0, acceptedByBoth: 0, acceptedByUsOnly: 0, acceptedByOracleOnly: 0 };
}

/**
 * Runs our decoder: undefined for a refusal, and nothing else may be thrown. By default for a small
 * input, where `maxMs` of the thread's own work means that it did more than read it.
 */
export function decodeOrRefuse<T>(decode: () => T, maxMs = 2_000): T | undefined {
  const before = process.threadCpuUsage();
  try {
    return decode();
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(StateFunError);
    if (error instanceof StateFunError) {
      expect(["malformed_request", "limit_exceeded"]).toContain(error.code);
    }
    return undefined;
  } finally {
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(maxMs);
  }
}

function readOrRefuse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const wires = [
  { codec: codecV2, oracle: oracleV2 },
  { codec: codecV3, oracle: oracleV3 },
];

/**
 * The promise about hostile bytes, for both sides of both wires: the decoder returns or refuses,
 * leaves the input alone, and means the same as the generated parser where that accepts too.
 */
export function checkHostile(bytes: Uint8Array, tally: Tally): void {
  const before = Buffer.from(bytes);
  const wire = decodeOrRefuse(() => detectProtocol(bytes));
  if (wire !== undefined) expect(["v2", "v3"]).toContain(wire);
  for (const { codec, oracle } of wires) {
    compare(
      decodeOrRefuse(() => meaningOfBatch(codec.decodeRequest(bytes), codec.name)),
      readOrRefuse(() => requestMeaning(oracle, bytes)),
      tally,
    );
    compare(
      decodeOrRefuse(() => meaningOfOutcome(codec.decodeResponse(bytes), codec.name)),
      readOrRefuse(() => meaningOfOutcome(oracle.readResponse(bytes), oracle.name)),
      tally,
    );
  }
  expect(before.equals(bytes), "the decoder changed its input").toBe(true);
}

function requestMeaning(oracle: Oracle, bytes: Uint8Array): string | undefined {
  const batch = oracle.readRequest(bytes);
  return batch === undefined ? undefined : meaningOfBatch(batch, oracle.name);
}

function compare(ours: string | undefined, theirs: string | undefined, tally: Tally): void {
  tally.cases++;
  if (ours !== undefined && theirs !== undefined) {
    tally.acceptedByBoth++;
    expect(ours).toBe(theirs);
  } else if (ours !== undefined) tally.acceptedByUsOnly++;
  else if (theirs !== undefined) tally.acceptedByOracleOnly++;
}

/** Names and values of what every object inherits. */
export function builtinPrototypes(): string {
  return [Object.prototype, Array.prototype, Map.prototype, Uint8Array.prototype, String.prototype]
    .map((prototype) => Reflect.ownKeys(prototype).map(String).join())
    .join("\n");
}
