import type { EngineFunction, FunctionHost } from "../engine/contract/function-transport.ts";
import { type NonRetryableError, StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";
import type { InvocationBatch, StepBatch } from "../model/invocation.ts";
import type {
  Completed,
  Failed,
  Incomplete,
  InvocationOutcome,
  MissingValue,
} from "../model/outcome.ts";
import type { RetryOptions } from "../model/retry-options.ts";
import { splitTypename } from "../model/typename.ts";
import { type AnswerRules, checkedAnswer, checkMissing } from "./check-answer.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EndpointGate } from "./endpoint-gate.ts";
import { exchange } from "./http-exchange.ts";
import { type ObservedSettings, observedRequest } from "./observed-request.ts";
import { assertSameWire } from "./other-wire.ts";
import { nonsense } from "./remote-failure.ts";
import { withoutTrace } from "./without-trace.ts";

/** What remote functions run with. Complete. */
export interface RemoteSettings extends ObservedSettings {
  readonly fetch: typeof fetch;
  readonly maxStateBytes: number;
  readonly retry: Required<RetryOptions>;
}

export interface RemoteParts {
  readonly typename: string;
  readonly endpoint: Endpoint;
  /** Where it is, or why its name has no URL. */
  readonly url: URL | NonRetryableError;
  readonly gate: EndpointGate;
  readonly settings: RemoteSettings;
  readonly host: FunctionHost;
  /** Requests on their way: the transport ends them when it is closed. */
  readonly running: Set<AbortController>;
}

/** A function behind an endpoint: a batch is a request, its outcome the answer. */
export class RemoteFunction implements EngineFunction {
  readonly typename: string;
  readonly isRemote = true;
  readonly gate: EndpointGate;
  readonly endpoint: string;
  readonly maxBatch: number;
  readonly retry: Required<RetryOptions>;
  readonly states: Map<string, MissingValue>;
  readonly #parts: RemoteParts;
  /** Or why there is none. */
  readonly #url: URL | NonRetryableError;
  readonly #what: string;
  /** The gate's round in which the function last said its states, or had no need to. */
  #learnedIn = 0;

  constructor(parts: RemoteParts) {
    const { typename, endpoint, gate, settings } = parts;
    this.#parts = parts;
    this.typename = typename;
    this.gate = gate;
    this.endpoint = nameIn(endpoint, typename);
    this.maxBatch = endpoint.maxBatch;
    this.retry = settings.retry;
    this.states = new Map(endpoint.states);
    this.#url = parts.url;
    // Scheme, host and port alone: the path may hold a secret.
    this.#what = parts.url instanceof URL ? `${typename} at ${parts.url.origin}` : typename;
  }

  invoke(batch: StepBatch): Promise<InvocationOutcome | Failed> {
    const { settings, host } = this.#parts;
    return observedRequest(batch, settings, host, () => this.#request(batch));
  }

  async #request(given: StepBatch): Promise<InvocationOutcome | Failed> {
    const { endpoint, host, settings, running } = this.#parts;
    if (!(this.#url instanceof URL)) return failed(this.#url);
    const { round } = this.gate;
    const { codec } = endpoint;
    // It may be another version by now, with other states: if it gets none, it declares them again.
    const isStale = codec.features.missingState && this.#learnedIn !== round;
    const { headers: hasHeaders } = codec.features;
    const invocations = hasHeaders ? given.invocations : withoutTrace(given.invocations);
    const batch = { ...given, invocations, state: new Map(isStale ? [] : given.state) };
    const controller = new AbortController();
    running.add(controller);
    try {
      const answer = await exchange(
        {
          what: this.#what,
          url: this.#url.href,
          isHostNamed: endpoint.url.namesHost,
          headers: endpoint.headers,
          body: codec.encodeRequest(batch),
          maxResponseBytes: endpoint.maxResponseBytes,
          timeoutMs: endpoint.timeoutMs,
        },
        { fetch: settings.fetch, clock: host.clock },
        controller,
      );
      if (answer.kind === "unavailable") this.gate.failed(round, answer.pauseMs, answer.error);
      else this.gate.answered(round);
      if (answer.kind !== "answered") return failed(answer.error);
      return this.#outcomeOf(answer.bytes, batch, round);
    } catch (error) {
      // It may be another version of it: next time it is asked for its states.
      this.#learnedIn = -1;
      return failed(error);
    } finally {
      running.delete(controller);
    }
  }

  /** Throws for an answer that cannot be. */
  #outcomeOf(bytes: Uint8Array, batch: InvocationBatch, round: number): Completed | Incomplete {
    const { codec } = this.#parts.endpoint;
    const rules = this.#rules(batch);
    const outcome = this.#decoded(bytes);
    assertSameWire(codec, bytes, outcome, this.#what);
    if (outcome.kind === "completed") {
      const checked = checkedAnswer(outcome, rules);
      this.#learnedIn = round;
      return checked;
    }
    checkMissing(outcome.missing, rules);
    const { missing } = outcome;
    if (missing.every(({ name }) => batch.state.has(name))) {
      const names = missing.map(({ name }) => JSON.stringify(name)).join(", ");
      throw new StateFunError(
        "undeclared_state",
        `${this.#what} asks again for states that it was given: ${names || "no names"}`,
      );
    }
    for (const state of missing) this.states.set(state.name, state);
    this.#learnedIn = round;
    return outcome;
  }

  #decoded(bytes: Uint8Array): InvocationOutcome {
    try {
      return this.#parts.endpoint.codec.decodeResponse(bytes, { maxBytes: bytes.length });
    } catch (error) {
      if (error instanceof StateFunError && error.code === "limit_exceeded") throw error;
      throw nonsense(
        `${this.#what} answered with bytes that are not a response: ${reasonOf(error)}`,
        error,
      );
    }
  }

  #rules({ target }: InvocationBatch): AnswerRules {
    const { endpoint, host, settings } = this.#parts;
    return {
      what: this.#what,
      states: this.states,
      typedState: endpoint.codec.features.typedState,
      maxMessageBytes: settings.maxMessageBytes,
      maxStateBytes: settings.maxStateBytes,
      now: host.clock.now(),
      isTokenPending: (token) => host.isTokenPending(target, token),
    };
  }
}

/** As the endpoint names the function: by itself, or with all of its namespace. */
function nameIn({ functions }: Endpoint, typename: string): string {
  return functions.includes(typename) ? typename : `${splitTypename(typename)[0]}/*`;
}

function failed(error: unknown): Failed {
  return { kind: "failed", index: -1, error, completed: undefined };
}
