import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { InvocationBatch } from "../../model/invocation.ts";
import type { InvocationOutcome, MissingValue } from "../../model/outcome.ts";
import type { FunctionTable } from "../../sdk/invocation/bound-function.ts";
import { isReserved } from "../names.ts";
import type { DeclaredStates } from "./answer-batch.ts";
import { NotAnswered } from "./inner-endpoint.ts";

/** How long an answer counts: a new version of a function may have other states. */
const freshMs = 60_000;
/** Of functions that were asked. Their names come from outside. */
const maxAsked = 10_000;

/** Knows the states of functions: those bound here, those that were listed, and those of functions that can be asked. */
export class KnownFunctions {
  readonly #listed: ReadonlyMap<string, readonly MissingValue[]>;
  readonly #bound: FunctionTable | undefined;
  readonly #asked = new Map<
    string,
    { readonly at: number; readonly states: Promise<DeclaredStates> }
  >();

  constructor(
    listed: ReadonlyMap<string, readonly MissingValue[]>,
    bound: FunctionTable | undefined,
  ) {
    this.#listed = listed;
    this.#bound = bound;
  }

  /** Rejects with `NotAnswered` where the endpoint is not there now. `ask` sends it a batch. */
  async statesOf(
    batch: InvocationBatch,
    ask: (batch: InvocationBatch) => Promise<InvocationOutcome>,
  ): Promise<DeclaredStates> {
    const { typename } = batch.target;
    const listed = this.#listed.get(typename);
    if (listed !== undefined) return listed;
    if (this.#bound !== undefined) return boundStates(this.#bound, typename);
    const known = this.#asked.get(typename);
    if (known !== undefined && performance.now() - known.at < freshMs) return known.states;
    if (this.#asked.size >= maxAsked) this.#asked.clear();
    const states = missingOf(batch, ask);
    this.#asked.set(typename, { at: performance.now(), states });
    const forget = (): boolean => this.#asked.delete(typename);
    states.then((found) => found instanceof StateFunError && forget(), forget);
    return states;
  }
}

function boundStates(functions: FunctionTable, typename: string): DeclaredStates {
  const fn = functions.get(typename);
  if (fn === undefined) {
    return new StateFunError("unknown_function", `no function ${show(typename)} is bound`);
  }
  return Array.from(fn.states.values(), ({ name, type, expiration }) => ({
    name,
    typename: type.typename,
    expiration,
  }));
}

/** Without any state a function answers with those that it misses, before it handles anything. */
async function missingOf(
  { target, invocations }: InvocationBatch,
  ask: (batch: InvocationBatch) => Promise<InvocationOutcome>,
): Promise<DeclaredStates> {
  // An ordinary one would be handled twice by a function without states.
  const reserved = invocations.filter(({ argument }) => isReserved(argument.typename)).slice(0, 1);
  try {
    const outcome = await ask({ target, state: new Map(), invocations: reserved });
    return outcome.kind === "incomplete" ? outcome.missing : [];
  } catch (error) {
    if (!(error instanceof NotAnswered) || error.isTemporary) throw error;
    return new StateFunError(
      "undeclared_state",
      `the states of ${target.typename} are not known, name them in the option states: asked for them it ${error.message}`,
    );
  }
}
