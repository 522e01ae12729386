import { textFromBytes } from "../../internal/bytes.ts";
import type { WireHeader } from "../../model/invocation.ts";
import type {
  HandlingEffect,
  HandlingEnd,
  HandlingEvent,
  HandlingObservation,
} from "../../model/observer.ts";
import { errorTypeOf, failureText, names, system } from "../names.ts";
import type { WorkersSpan, WorkersTracing } from "./workers-span.ts";

/** One handler in a span of the platform. */
export class WorkersHandling implements HandlingObservation {
  readonly #tracing: WorkersTracing;
  readonly #event: HandlingEvent;
  readonly #instanceIds: boolean;
  #span: WorkersSpan | undefined;

  constructor(tracing: WorkersTracing, event: HandlingEvent, instanceIds: boolean) {
    this.#tracing = tracing;
    this.#event = event;
    this.#instanceIds = instanceIds;
  }

  run<T>(run: () => T): T {
    const within = (span: WorkersSpan): T => {
      this.#span = span;
      if (span.isTraced !== false) this.#describe(span);
      return run();
    };
    const name = `process ${this.#event.address.typename}`;
    // One that stays open until the end was reported; the other one ends with the handler.
    return this.#tracing.startActiveSpan === undefined
      ? this.#tracing.enterSpan(name, within)
      : this.#tracing.startActiveSpan(name, within);
  }

  headers({ headers, typename }: HandlingEffect): Readonly<Record<string, string>> | undefined {
    if (typename === "statefun/ingress") return undefined;
    if (headers.some(({ key }) => key === "traceparent")) return undefined;
    const traceparent = this.#carried("traceparent") ?? this.#own();
    const tracestate = this.#carried("tracestate");
    if (traceparent === undefined) return undefined;
    return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
  }

  ended({ outcome, error }: HandlingEnd): void {
    const span = this.#span;
    if (span === undefined) return;
    if (outcome === "failed") {
      span.setAttribute(names.errorType, errorTypeOf(error));
      span.setStatus?.({ code: "error", message: failureText(error, this.#instanceIds) });
    }
    if (this.#tracing.startActiveSpan !== undefined) span.end?.();
  }

  #describe(span: WorkersSpan): void {
    const { address, engine, messages } = this.#event;
    const [first] = messages;
    const attributes: Record<string, string | number | boolean | undefined> = {
      [names.system]: system,
      [names.operationName]: "process",
      [names.operationType]: "process",
      [names.destination]: address.typename,
      [names.instanceId]: this.#instanceIds ? address.id : undefined,
      [names.messageId]: this.#instanceIds && messages.length === 1 ? first?.id : undefined,
      [names.engine]: engine,
      [names.attempt]: first?.attempt,
      [names.messageType]: messages.length === 1 ? first?.typename : undefined,
      [names.batchCount]: messages.length > 1 ? messages.length : undefined,
      "statefun.message.traceparent": this.#carried("traceparent"),
    };
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) span.setAttribute(name, value);
    }
  }

  /** Of the first message: a request to a remote function may have several. */
  #carried(name: string): string | undefined {
    const [first] = this.#event.messages;
    return first && textOf(first.headers, name);
  }

  #own(): string | undefined {
    const context = this.#span?.spanContext?.();
    if (context === undefined || !/^[0-9a-f]{32}$/.test(context.traceId)) return undefined;
    return `00-${context.traceId}-${context.spanId}-0${context.traceFlags & 1}`;
  }
}

function textOf(headers: readonly WireHeader[], name: string): string | undefined {
  const value = headers.find(({ key }) => key === name)?.value;
  try {
    return value && textFromBytes(value);
  } catch {
    return undefined;
  }
}
