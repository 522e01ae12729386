import type { WireAddress } from "../../model/invocation.ts";
import type { Trouble } from "../contract/instances.ts";
import { clipped } from "../contract/limits.ts";
import type { Instance } from "../mailboxes/instance.ts";
import type { Partition } from "../partition.ts";

/** What kind of trouble an instance has: what `troubleOf` says, without the rest. */
export function kindOf(
  { pauses }: Partition,
  { address, fn, trouble, mailbox, isHeld }: Instance,
): Trouble["kind"] | undefined {
  if (mailbox.length === 0) return undefined;
  if (pauses.has(address)) return "paused";
  if (fn === undefined) return "unbound";
  // Once it is up again, the others that wait there are only in each other's way.
  if (trouble?.kind === "endpoint") return fn.gate?.isUp === false ? "endpoint" : undefined;
  return trouble?.kind ?? (isHeld ? "busy" : undefined);
}

/** Why an instance does not go on; undefined for one that does, or has nothing to do. */
export function troubleOf(partition: Partition, instance: Instance): Trouble | undefined {
  const { pauses } = partition;
  const { address, fn, trouble, mailbox } = instance;
  const kind = kindOf(partition, instance);
  const head = mailbox.at(0);
  if (kind === undefined || head === undefined) return undefined;
  const { number } = head;
  const attempts = head.attempts + head.crashes;
  const begin = { attempts, number, at: undefined, retryAt: undefined };
  if (kind === "paused") return { ...begin, ...pauseOf(pauses, address) };
  if (fn === undefined) {
    const reason = `${address.typename} is not bound`;
    const waitsFor = address.typename;
    return { kind: "unbound", code: "unknown_function", reason, ...begin, waitsFor };
  }
  const { gate, endpoint = address.typename } = fn;
  if (trouble?.kind === "endpoint") {
    return { ...begin, ...trouble, retryAt: gate?.retryAt, waitsFor: endpoint };
  }
  if (trouble !== undefined) return { ...begin, ...trouble, waitsFor: undefined };
  const reason = "the limit of instances that run at once is reached";
  return { kind: "busy", code: "busy", reason, ...begin, waitsFor: endpoint };
}

/** Who has paused it, or its function, since when and why. */
function pauseOf(pauses: Partition["pauses"], { typename, id }: WireAddress) {
  const whole = pauses.get({ typename, id: undefined });
  const { who, why, since } = whole ?? pauses.get({ typename, id }) ?? {};
  const what = whole === undefined ? "it" : "the function";
  const reason = clipped(`${who} has paused ${what}${why === undefined ? "" : `: ${why}`}`);
  const waitsFor = whole && typename;
  return { kind: "paused", code: "paused", reason, at: since, waitsFor } as const;
}

/**
 * Instances that may stand still, of one function or of all. Those that are only held by others of their function come last.
 * Undefined stands for one that was looked at in vain, so that whoever takes turns can count them.
 */
export function* troubledOf(
  { mailboxes, runner, pauses }: Partition,
  typename: string | undefined,
): Generator<Instance | undefined> {
  const isWanted = (one: string): boolean => typename === undefined || typename === one;
  for (const instance of mailboxes.troubled) {
    yield isWanted(instance.address.typename) ? instance : undefined;
  }
  for (const parked of mailboxes.parkedBy.keys()) {
    if (isWanted(parked)) yield* mailboxes.waitingOf(parked);
  }
  for (const paused of mailboxes.pausedBy.keys()) {
    if (!isWanted(paused)) continue;
    for (const instance of mailboxes.waitingOf(paused)) {
      const isNew = instance.trouble === undefined && pauses.has(instance.address);
      yield isNew ? instance : undefined;
    }
  }
  for (const instance of runner.held) {
    const isNew = instance.trouble === undefined && isWanted(instance.address.typename);
    yield isNew ? instance : undefined;
  }
}
