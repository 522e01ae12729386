import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import type { LinkBatch } from "../../../src/engine/contract/links.ts";
import { seeded } from "../../remote/support/smoke.ts";
import type { ObjectClass, ObjectState } from "../support/platform.ts";

/** Where an object may be ended, and what may become of a delivery. */
export const places = [
  "before a commit",
  "between commit and flush",
  "before a batch is taken",
  "before a batch is answered",
  "at the start of an alarm",
  "inside an alarm",
  "at the end of an alarm",
  "in a handler",
  "a batch comes twice",
  "a batch comes again, late",
  "a batch is held back",
  "an answer is lost",
  "an alarm fires twice",
] as const;
export type Place = (typeof places)[number];

/** Trouble of this process: how often, and what there was. */
export class Trouble {
  /** Of each place, from 0 to 1. */
  rate = 0;
  readonly counts = new Map<Place, number>();
  #random = seeded(1);
  #only: string | null = null;
  readonly #objects = new Map<string, ObjectState>();

  /** `only`: at no other place. */
  begin(seed: number, rate: number, only: string | null): void {
    this.#random = seeded(seed);
    this.rate = rate;
    this.#only = only;
  }

  /** Begins as a request says, and answers with what there was until then. */
  answer({ searchParams }: URL): Response {
    const before = Object.fromEntries(this.counts);
    this.counts.clear();
    const [seed, rate] = [searchParams.get("seed"), searchParams.get("rate")];
    this.begin(Number(seed), Number(rate), searchParams.get("only"));
    return Response.json(before);
  }

  happens(place: Place): boolean {
    if (this.#only !== null && place !== this.#only) return false;
    if (this.rate === 0 || this.#random() >= this.rate) return false;
    this.counts.set(place, (this.counts.get(place) ?? 0) + 1);
    return true;
  }

  /** Ends an object here, now and then. */
  crash(state: ObjectState, place: Place): void {
    if (this.happens(place)) state.abort(place);
  }

  /** As above, from a handler, which knows its object by name only. */
  crashNamed(name: string): void {
    const state = this.#objects.get(name);
    if (state !== undefined) this.crash(state, "in a handler");
  }

  /** A class of objects that are ended, and whose deliveries are repeated, late and out of order. */
  around<Env>(Base: ObjectClass<Env>): ObjectClass<Env> {
    const trouble = this;
    return class extends Base {
      readonly #state: ObjectState;

      constructor(state: ObjectState, env: Env) {
        crashing(state, trouble);
        super(state, env);
        this.#state = state;
        if (state.id.name !== undefined) trouble.#objects.set(state.id.name, state);
      }

      override async receive(to: string, batch: LinkBatch): ReturnType<ObjectRpc["receive"]> {
        trouble.crash(this.#state, "before a batch is taken");
        if (trouble.happens("a batch is held back")) {
          this.#later(to, batch);
          throw new Error("the batch is on its way for a long time");
        }
        if (trouble.happens("a batch comes again, late")) this.#later(to, batch);
        const twice = trouble.happens("a batch comes twice") ? [super.receive(to, batch)] : [];
        const [answer] = await Promise.all([super.receive(to, batch), ...twice]);
        trouble.crash(this.#state, "before a batch is answered");
        if (trouble.happens("an answer is lost")) throw new Error("the answer is lost");
        return answer;
      }

      override async alarm(): Promise<void> {
        trouble.crash(this.#state, "at the start of an alarm");
        const twice = trouble.happens("an alarm fires twice") ? [super.alarm()] : [];
        setTimeout(() => trouble.crash(this.#state, "inside an alarm"), 0);
        await Promise.all([super.alarm(), ...twice]);
        trouble.crash(this.#state, "at the end of an alarm");
      }

      #later(to: string, batch: LinkBatch): void {
        setTimeout(() => void super.receive(to, batch).catch(() => {}), 20 + Math.random() * 400);
      }
    };
  }
}

/** Ends an object around its commits. */
function crashing(state: ObjectState, trouble: Trouble): void {
  const { storage } = state;
  const { transactionSync } = storage;
  Object.defineProperty(storage, "transactionSync", {
    value: <T>(body: () => T): T => {
      trouble.crash(state, "before a commit");
      const result: T = transactionSync.call(storage, body) as T;
      trouble.crash(state, "between commit and flush");
      return result;
    },
  });
}
