import { DurableObject } from "cloudflare:workers";
import type { Order } from "../../engine/contract/actions.ts";
import { type Arrival, assertArrival } from "../../engine/contract/arrival.ts";
import type { Engine } from "../../engine/contract/engine.ts";
import type { LinkBatch } from "../../engine/contract/links.ts";
import type { Position } from "../../engine/contract/records.ts";
import type { PartPlace } from "../../engine/mailboxes/instance-parts.ts";
import { assertTaken } from "../../host/engine-client.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Address } from "../../sdk/addressing/address.ts";
import type { LookWant } from "../../surface/surface-host.ts";
import type { DurableObjectInstance } from "../durable-object-instance.ts";
import type { ObjectMoves } from "../moving-rpc.ts";
import type { ObjectRpc, OperatorReads } from "../object-rpc.ts";
import type { ObjectState } from "../platform.ts";
import { asResult } from "../rpc-result.ts";
import type { OnCommit } from "./object-engine.ts";
import { ObjectEngine } from "./object-engine.ts";
import type { ObjectParts } from "./object-parts.ts";
import { deadOf, keptOf, partsOf } from "./object-reads.ts";

/** How long an alarm waits for the work that it found: a quarter of an hour is all that an alarm may take. */
const longestAlarmMs = 600_000;

/** The class of the objects of one application. What it answers is in object-rpc.ts. */
export function statefulObject<Env>(
  parts: ObjectParts<Env>,
): new (
  state: unknown,
  env: Env,
) => DurableObjectInstance {
  class StatefulObject extends DurableObject implements ObjectRpc {
    readonly #object: ObjectEngine<Env>;

    constructor(state: ObjectState, env: Env) {
      // The platform's base class wants its own types, of which ours are the part that is used.
      super(state as never, env as never);
      // A field of a subclass is there after this constructor, a method before.
      const listenerOf = () => this.#onCommit;
      this.#object = new ObjectEngine(parts, state, env, listenerOf);
    }

    /** A property of the instance, and no method: those of the class can be called by RPC. */
    protected readonly stateOf = (address: Address<never>): Promise<object> =>
      this.#object.stateOf(address);

    /** What a subclass has to be called by. */
    get #onCommit(): OnCommit | undefined {
      const { onCommit }: { readonly onCommit?: OnCommit } = this as object;
      return onCommit && ((changes) => onCommit.call(this, changes));
    }

    /** An object has no HTTP of its own: the Worker's surface is in front of it. */
    async fetch(): Promise<Response> {
      return new Response("not found\n", { status: 404 });
    }

    alarm(info?: { readonly isRetry?: boolean }): Promise<void> {
      return this.#object.alarm(longestAlarmMs, info?.isRetry === true);
    }

    receive(to: string, batch: LinkBatch) {
      return this.#with(to, (engine) => this.#object.receive(engine, batch));
    }

    send(to: string, arrival: Arrival, isUnchecked?: boolean) {
      return asResult(() =>
        this.#object.change(to, async (engine) => {
          assertArrival(arrival);
          if (isUnchecked === true) assertTaken(parts.application.functions, arrival);
          const { number, isDuplicate } = await engine.send(arrival);
          return { id: `${engine.identity}-${number}`, duplicate: isDuplicate };
        }),
      );
    }

    call(to: string, arrival: Arrival, timeoutMs: number, isUnchecked?: boolean) {
      return asResult(async () => {
        assertArrival(arrival);
        if (isUnchecked === true) assertTaken(parts.application.functions, arrival);
        return this.#object.call(to, arrival, timeoutMs);
      });
    }

    look(to: string, address: WireAddress, place: PartPlace, want: LookWant) {
      return asResult(() => partsOf(this.#object, to, address, place, want));
    }

    kept(to: string, egress: string, after: Position, limit: number, waitMs: number) {
      return asResult(() => keptOf(this.#object, to, egress, { after, limit, waitMs }));
    }

    deadLetters(to: string, after: Position, limit: number, typename: string | undefined) {
      return asResult(() => deadOf(this.#object, to, after, limit, typename));
    }

    countDead(to: string) {
      return asResult(() =>
        this.#object.look(to, 0, async (engine) => engine.health().deadLetters),
      );
    }

    operate<K extends keyof OperatorReads>(to: string, kind: K, asked: OperatorReads[K]["asked"]) {
      return asResult(async () => {
        const { operatorRead } = await import("./operator-reads.ts");
        return operatorRead(this.#object, to, kind, asked);
      });
    }

    act(to: string, order: Order) {
      return asResult(async () => {
        const { operatorAct } = await import("./operator-reads.ts");
        return operatorAct(this.#object, to, order);
      });
    }

    move<K extends keyof ObjectMoves>(to: string, kind: K, asked: ObjectMoves[K]["asked"]) {
      return asResult(async () => {
        const { objectMove } = await import("./moves.ts");
        return objectMove({ ...parts, engine: this.#object, to }, kind, asked);
      });
    }

    warn(to: string, isOutOfResources: boolean) {
      return this.#with(to, (engine) => engine.warn(isOutOfResources === true));
    }

    replay(to: string, number: Position) {
      return this.#with(to, (engine) => engine.replay(number));
    }

    discard(to: string, number: Position) {
      return this.#with(to, (engine) => engine.discard(number));
    }

    #with<T>(to: string, work: (engine: Engine) => Promise<T>) {
      return asResult(() => this.#object.use(to, work));
    }
  }
  // The brand is a type alone: no instance has it.
  return StatefulObject as never;
}
