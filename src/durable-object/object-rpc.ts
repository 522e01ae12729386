import type { ActionResult, DeadFilter, Order } from "../engine/contract/actions.ts";
import type { Answer } from "../engine/contract/answer.ts";
import type { Arrival } from "../engine/contract/arrival.ts";
import type { DirectoryPage, DirectoryWant } from "../engine/contract/directory.ts";
import type { LinkAnswer, LinkBatch } from "../engine/contract/links.ts";
import type {
  DeadGroup,
  DeadPage,
  DeadRecord,
  EgressRow,
  Position,
  TimerRecord,
} from "../engine/contract/records.ts";
import type { PartPlace } from "../engine/mailboxes/instance-parts.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { InstanceRow, TimersWant } from "../surface/admin/admin-host.ts";
import type { Look, LookWant } from "../surface/surface-host.ts";
import type { ObjectMoves } from "./moving-rpc.ts";

/** RPC carries nothing of an error except its text, so one of ours travels as a value. */
export type RpcResult<T> =
  | { readonly value: T }
  | { readonly error: { readonly code: string; readonly message: string } };

/** The answer to a call; a lost call has an error as above. */
export type RpcAnswer = Exclude<Answer, { kind: "lost" }>;

/** What operators ask of one object, and what it answers. */
export interface OperatorReads {
  /** Of an object of the directory. */
  readonly ids: { readonly asked: DirectoryWant; readonly answer: DirectoryPage };
  /** Of one instance; undefined where it has nothing. */
  readonly instance: {
    readonly asked: { readonly address: WireAddress };
    readonly answer: InstanceRow | undefined;
  };
  readonly timers: { readonly asked: TimersWant; readonly answer: readonly TimerRecord[] };
  /** Of the object of dead letters. */
  readonly dead: {
    readonly asked: {
      readonly filter: DeadFilter;
      readonly after: Position;
      readonly limit: number;
      readonly maxBytes: number;
    };
    readonly answer: DeadPage;
  };
  /** The same, newest first: `after` is the number that all of them are below. */
  readonly newestDead: OperatorReads["dead"];
  /** Of the object of a kept egress. */
  readonly newestKept: {
    readonly asked: {
      readonly egress: string;
      readonly before: Position;
      readonly limit: number;
      readonly maxBytes: number;
    };
    /** With the ids that `kept` gives them. */
    readonly answer: readonly (EgressRow & { readonly id: string })[];
  };
  readonly deadGroups: {
    readonly asked: { readonly filter: DeadFilter };
    readonly answer: readonly DeadGroup[];
  };
}

/**
 * What objects of one Worker ask of each other, and the Worker of them, by RPC. Nobody else can: a binding is
 * the only way to an object. Every answer waits until what it says survives a crash. `to` is the name of the
 * object: the platform gives it none that is longer than 1,024 bytes.
 */
export interface ObjectRpc {
  /** A batch of another object. */
  receive(to: string, batch: LinkBatch): Promise<RpcResult<LinkAnswer>>;
  /** `isUnchecked`: the sender does not know the functions, so the object refuses what none of them takes. The same of `call`. */
  send(
    to: string,
    arrival: Arrival,
    isUnchecked?: boolean,
  ): Promise<RpcResult<{ readonly id: string; readonly duplicate: boolean }>>;
  call(
    to: string,
    arrival: Arrival,
    timeoutMs: number,
    isUnchecked?: boolean,
  ): Promise<RpcResult<RpcAnswer>>;
  /** As `SurfaceHost.look`. */
  look(
    to: string,
    address: WireAddress,
    place: PartPlace,
    want: LookWant,
  ): Promise<RpcResult<Look>>;
  /**
   * Kept records after `after`; if there is none, waits up to this time for the first one. There are fewer than
   * `limit` if they are large, but at least one if there is one.
   */
  kept(
    to: string,
    egress: string,
    after: Position,
    limit: number,
    waitMs: number,
  ): Promise<RpcResult<readonly (EgressRow & { readonly id: string })[]>>;
  /** The same of dead letters. */
  deadLetters(
    to: string,
    after: Position,
    limit: number,
    typename: string | undefined,
  ): Promise<RpcResult<readonly DeadRecord[]>>;
  countDead(to: string): Promise<RpcResult<number>>;
  /** What operators see of this object: one of `OperatorReads`, bounded as pages of others are. */
  operate<K extends keyof OperatorReads>(
    to: string,
    kind: K,
    asked: OperatorReads[K]["asked"],
  ): Promise<RpcResult<OperatorReads[K]["answer"]>>;
  /** Does what an operator ordered of something in this object. */
  act(to: string, order: Order): Promise<RpcResult<ActionResult>>;
  /** Moves what this object has to the Worker, or from it: one of `ObjectMoves`. */
  move<K extends keyof ObjectMoves>(
    to: string,
    kind: K,
    asked: ObjectMoves[K]["asked"],
  ): Promise<RpcResult<ObjectMoves[K]["answer"]>>;
  /** The platform ended a request to this object, and maybe the object: as `Engine.warn`. */
  warn(to: string, isOutOfResources: boolean): Promise<RpcResult<void>>;
  replay(to: string, number: Position): Promise<RpcResult<void>>;
  discard(to: string, number: Position): Promise<RpcResult<void>>;
}
