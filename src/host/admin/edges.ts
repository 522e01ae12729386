import type { SourceMessage } from "../../engine/contract/source-batch.ts";
import type { Traffic } from "../../engine/contract/telemetry/traffic.ts";
import { compareTexts } from "../../internal/text-order.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Completed } from "../../model/outcome.ts";
import type { EdgeFigures } from "../../surface/admin/admin-host.ts";
import { type Edge, EdgeTable, type NewEdge } from "./edge-table.ts";

/** Of one answer. */
const maxEdges = 1_000;
/** Edges with a name that a program made up get no more than this: those of the application must have room. */
const maxStrange = maxEdges / 2;
/** For what has no room by itself: one of each table. */
const reserved = 10;

/** What went where in a run, by names and never by ids. */
export class Edges implements Traffic {
  readonly #isOwn: (name: string) => boolean;
  readonly #all: Edge[] = [];
  /** Without those of others. */
  #single = 0;
  readonly #sent: EdgeTable;
  readonly #emitted: EdgeTable;
  readonly #fired: EdgeTable;
  readonly #ingested: EdgeTable;
  readonly #accepted: { readonly client: EdgeTable; readonly http: EdgeTable };

  /** `isOwn`: whether a name is of the application. */
  constructor(isOwn: (name: string) => boolean) {
    this.#isOwn = isOwn;
    const add: NewEdge = (edge, isOfOthers) => this.#add(edge, isOfOthers);
    this.#sent = new EdgeTable("function", "function", add);
    this.#emitted = new EdgeTable("function", "egress", add);
    this.#fired = new EdgeTable("timer", "function", add);
    this.#ingested = new EdgeTable("ingress", "function", add);
    this.#accepted = {
      client: new EdgeTable("client", "function", add),
      http: new EdgeTable("http", "function", add),
    };
  }

  applied({ typename }: WireAddress, { messages, egresses }: Completed): void {
    for (const { target } of messages) this.#sent.count(typename, target.typename);
    for (const { egress } of egresses) this.#emitted.count(typename, egress);
  }

  fired({ caller, target }: Parameters<Traffic["fired"]>[0]): void {
    this.#fired.count(caller?.typename, target.typename);
  }

  accepted({ target, delayMs, way }: Parameters<Traffic["accepted"]>[0]): void {
    // What is delayed counts when it is due.
    if (delayMs !== 0) return;
    const from = way === "http" || way === "operator" ? "http" : "client";
    this.#accepted[from].count(undefined, target.typename);
  }

  ingested(ingress: string, messages: readonly SourceMessage[]): void {
    for (const { target } of messages) this.#ingested.count(ingress, target.typename);
  }

  /** In order of their names. */
  list(): readonly EdgeFigures[] {
    const copies = this.#all.map(({ from, to, messages }) => ({ from, to, messages }));
    return copies.sort(
      (left, right) =>
        compareTexts(textOf(left.from), textOf(right.from)) ||
        compareTexts(textOf(left.to), textOf(right.to)),
    );
  }

  /** Whether there was room. */
  #add(edge: Edge, isOfOthers: boolean): boolean {
    if (!isOfOthers) {
      const most = this.#isStrange(edge) ? maxStrange : maxEdges - reserved;
      if (this.#single >= most) return false;
      this.#single++;
    }
    this.#all.push(edge);
    return true;
  }

  #isStrange({ from, to }: Edge): boolean {
    // An ingress is always one of the application.
    const isOwnSource =
      from.kind === "ingress" || from.name === undefined || this.#isOwn(from.name);
    return !isOwnSource || !this.#isOwn(to.name);
  }
}

function textOf({ kind, name = "" }: { readonly kind: string; readonly name?: string }): string {
  return `${kind} ${name}`;
}
