import { StateFunError } from "../../internal/errors.ts";
import type { Invocation, InvocationBatch } from "../../model/invocation.ts";
import type { EgressMessage, InvocationOutcome, MissingValue } from "../../model/outcome.ts";
import type { MoveRecord } from "../move-record.ts";
import { exportTypename, isReserved } from "../names.ts";
import { Effects } from "./effects.ts";
import { exportedInstance } from "./export-instance.ts";
import { importInstance } from "./import-instance.ts";
import { type RequestName, readImport, readRequestName } from "./read-argument.ts";

/** The states of a function, or why they are not known. */
export type DeclaredStates = readonly MissingValue[] | StateFunError;

/** What stands around a batch with reserved messages. */
export interface BatchHost {
  readonly wire: "v2" | "v3";
  /** Runs ordinary messages in the function itself. Rejects where it did not answer: then nothing of the batch has happened. */
  run(batch: InvocationBatch): Promise<InvocationOutcome>;
  /** Not asked on v2, where a request has all states. */
  statesOf(batch: InvocationBatch): Promise<DeclaredStates>;
  /** The records for the egress that say so. */
  records(record: MoveRecord): readonly EgressMessage[];
  /** How many bytes all records of a response may have. */
  readonly maxRecordsBytes: number;
  now(): number;
}

/**
 * Answers a batch with reserved messages as if its messages came one by one: ordinary ones run in the function on the
 * state that those before them left, reserved ones see and change that state between them. The cluster gets one outcome of all of it.
 */
export async function answerBatch(
  batch: InvocationBatch,
  host: BatchHost,
): Promise<InvocationOutcome> {
  const { target, invocations } = batch;
  const declared = host.wire === "v2" ? undefined : await host.statesOf(batch);
  if (Array.isArray(declared)) {
    // Before anything runs: a cluster sends the batch again with all of them.
    const missing = declared.filter(({ name }) => !batch.state.has(name));
    if (missing.length > 0) return { kind: "incomplete", missing };
  }
  const effects = new Effects(batch, host.wire);
  for (let at = 0; at < invocations.length; ) {
    const end = endOfOrdinary(invocations, at);
    if (end > at) {
      const part = { target, state: effects.state, invocations: invocations.slice(at, end) };
      const outcome = await host.run(part);
      if (outcome.kind === "incomplete") return outcome;
      effects.add(outcome);
    }
    const reserved = invocations[end];
    if (reserved !== undefined) answerReserved(batch, reserved, effects, declared, host);
    at = end + 1;
  }
  return effects.completed();
}

function endOfOrdinary(invocations: readonly Invocation[], from: number): number {
  let at = from;
  while (at < invocations.length && !isReserved(invocations[at]?.argument.typename ?? "")) at++;
  return at;
}

function answerReserved(
  { target }: InvocationBatch,
  { caller, argument }: Invocation,
  effects: Effects,
  declared: DeclaredStates | undefined,
  host: BatchHost,
): void {
  const of = argument.typename === exportTypename ? "export" : "import";
  const about = { function: target.typename, id: target.id };
  let named: RequestName = {};
  try {
    // What functions send is data of somebody's: only an ingress, which an operator has set up, can ask.
    if (caller !== undefined) {
      const text = `came from ${caller.typename}: only an ingress can send it`;
      throw new StateFunError("invalid_argument", text);
    }
    if (declared instanceof StateFunError) throw declared;
    if (of === "export") {
      named = readRequestName(argument.bytes);
      const instance = exportedInstance(target, effects.state);
      const records = host.records({ kind: "exported", ...named, instance });
      assertRoom(records, effects, host);
      effects.emit(records);
      return;
    }
    const given = readImport(argument.bytes);
    if (given.request !== undefined) named = { request: given.request };
    const mutations = importInstance(target, given, effects.state, declared, host.now());
    const states = Object.keys(given.instance.states);
    const written = mutations.map(({ name }) => name);
    const records = host.records({ kind: "imported", ...named, ...about, states, written });
    for (const mutation of mutations) effects.mutate(mutation);
    effects.emit(records);
  } catch (error) {
    if (!(error instanceof StateFunError)) throw error;
    const { code, message: reason } = error;
    effects.emit(host.records({ kind: "refused", of, ...named, ...about, code, reason }));
  }
}

function assertRoom(
  records: readonly EgressMessage[],
  effects: Effects,
  { maxRecordsBytes }: BatchHost,
): void {
  const bytes = records.reduce((sum, { argument }) => sum + (argument.bytes?.length ?? 0), 0);
  if (effects.recordBytes + bytes <= maxRecordsBytes) return;
  throw new StateFunError(
    "limit_exceeded",
    `the states take ${bytes} bytes as JSON; with what the response has already they are over maxBodyBytes: ask once more, or raise it`,
  );
}
