import { invalid, isOwnNamespace, reserved } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { ImportedLine, ImportedThing } from "../contract/moving.ts";
import { HashSet } from "./hash-set.ts";
import { importSource } from "../holding/marks.ts";

/**
 * Finds what no store could take, whatever is in it: of each line by itself, and what may be there once and is in no order. Its memory
 * grows with tokens, keys, calls and records alone, by 16 to 32 bytes for each.
 */
export class SoundImport {
  readonly #once: HashSet;
  /** Numbers are unique within a partition. */
  #part = 0;

  /** `random` is from 0 to 1. */
  constructor(random: () => number) {
    this.#once = new HashSet(random);
  }

  /** Throws with the number of the line. */
  add({ line, thing }: ImportedLine): void {
    try {
      this.#check(thing);
    } catch (error) {
      if (!(error instanceof StateFunError)) throw error;
      const text = `line ${line} of the export: ${error.message}`;
      throw new StateFunError(error.code, text, { cause: error });
    }
  }

  #check(thing: ImportedThing): void {
    switch (thing.kind) {
      case "partition":
        this.#part++;
        return;
      case "instance":
        assertUsers("an instance", thing.address);
        return;
      case "message":
        assertUsers("the target of a message that waits", thing.record.target);
        return;
      case "timer": {
        const { caller, target, token } = thing.record;
        if (token === undefined) return;
        this.#assertOnce("token", `${token.length} ${token} ${keyOf(caller ?? target)}`, token);
        return;
      }
      case "record":
        this.#assertOnce("record", `${this.#part} ${thing.record.number}`, thing.record.number);
        return;
      case "dead-letter":
        // One of a record gets its number back when it is sent again.
        if (thing.record.egress === undefined) return;
        this.#assertOnce("record", `${this.#part} ${thing.record.number}`, thing.record.number);
        return;
      case "key": {
        const { target, key, call } = thing.record;
        this.#assertOnce("key", `${key.length} ${key} ${keyOf(target)}`, key);
        if (call !== undefined) this.#assertOnce("call", call, call);
        return;
      }
      case "position":
        if (thing.source === importSource) throw invalid(`${importSource} must not be a source`);
        return;
      case "pause":
    }
  }

  #assertOnce(kind: string, name: string, shown: string | number): void {
    if (!this.#once.add(`${kind} ${name}`)) {
      throw invalid(`${kind} ${show(shown)} is in the export twice`);
    }
  }
}

function assertUsers(what: string, { typename }: WireAddress): void {
  if (isOwnNamespace(typename)) throw reserved(what, typename);
}
