import { isOwnNamespace } from "../../internal/assert.ts";
import type { EdgeFigures } from "../../surface/admin/admin-host.ts";
import { others } from "./bounded-names.ts";

export type Edge = Pick<EdgeFigures, "from" | "to"> & { messages: number };

/** Adds an edge to those that are shown, unless there is no room; for that of all others there is always some. */
export type NewEdge = (edge: Edge, isOfOthers: boolean) => boolean;

/** Edges of one kind. It is asked for every message. */
export class EdgeTable {
  readonly #fromKind: EdgeFigures["from"]["kind"];
  readonly #toKind: EdgeFigures["to"]["kind"];
  readonly #add: NewEdge;
  readonly #rows = new Map<string | undefined, Map<string, Edge>>();
  #others: Edge | undefined;
  /** Most messages go where the one before went. */
  #lastFrom: string | undefined;
  #lastTo: string | undefined;
  #last: Edge | undefined;

  constructor(
    fromKind: EdgeFigures["from"]["kind"],
    toKind: EdgeFigures["to"]["kind"],
    add: NewEdge,
  ) {
    this.#fromKind = fromKind;
    this.#toKind = toKind;
    this.#add = add;
  }

  /** Counts a message. A reply to a caller is none: it goes back to where its message came from. */
  count(from: string | undefined, to: string): void {
    let edge = this.#last;
    if (edge === undefined || from !== this.#lastFrom || to !== this.#lastTo) {
      if (isOwnNamespace(to)) return;
      edge = this.#rows.get(from)?.get(to) ?? this.#made(from, to);
      this.#lastFrom = from;
      this.#lastTo = to;
      this.#last = edge;
    }
    edge.messages++;
  }

  #made(from: string | undefined, to: string): Edge {
    const edge = this.#edge(from, to);
    if (!this.#add(edge, false)) return this.#ofOthers(from);
    const row = this.#rows.get(from) ?? new Map<string, Edge>();
    this.#rows.set(from, row.set(to, edge));
    return edge;
  }

  #ofOthers(from: string | undefined): Edge {
    if (this.#others === undefined) {
      this.#others = this.#edge(from === undefined ? undefined : others, others);
      this.#add(this.#others, true);
    }
    return this.#others;
  }

  #edge(from: string | undefined, to: string): Edge {
    const kind = this.#fromKind;
    const source = from === undefined ? { kind } : { kind, name: from };
    return { from: source, to: { kind: this.#toKind, name: to }, messages: 0 };
  }
}
