import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Action, ActionResult, Order } from "../contract/actions.ts";
import { copyOfAddress } from "../contract/telemetry/observed.ts";
import type { Partition } from "../partition.ts";
import { rememberResult, resultOf } from "./action-keys.ts";
import { recordActivity } from "./activity.ts";
import type { Done } from "./done.ts";
import { discardOne, forAll, replayOne } from "./letter-actions.ts";
import { assertOrder } from "./order-checks.ts";
import { pause, resume } from "./pause-actions.ts";
import { sendFor } from "./send-action.ts";
import { clearState, deleteInstance, setState } from "./state-actions.ts";
import { cancelTimer, fireTimer, retryNow, skipHead } from "./waiting-actions.ts";

/** How long an action waits for the end of a step. */
const longestWaitMs = 10_000;

/** Does what an operator ordered, once for each key. Resolves when that survives a crash. */
export async function act(partition: Partition, order: Order): Promise<ActionResult> {
  assertOrder(order);
  const { action } = order;
  assertHere(partition, action);
  partition.ingress.assertOpen();
  // Letters of the open window are in no store yet.
  if (isOfLetters(action)) await partition.journal.flush();
  const result = await inTurn(partition, order);
  await partition.journal.flush();
  return result;
}

/** What is about an instance of another partition would be done where nobody ever sees it. */
function assertHere({ router }: Partition, action: Action): void {
  const address = addressOf(action);
  if (address === undefined || router.isHere(address)) return;
  throw invalid(`${address.typename} ${show(address.id)} is in another partition`);
}

/** The instance that it is about, if it is about one. */
function addressOf(action: Action): WireAddress | undefined {
  if ("address" in action) return action.address;
  if (!("typename" in action) || action.id === undefined) return undefined;
  return { typename: action.typename, id: action.id };
}

function isOfLetters({ kind }: Action): boolean {
  return ["replay", "discard", "replay-all", "discard-all"].includes(kind);
}

/** At once, or between the step of its instance that runs and the next one. */
function inTurn(partition: Partition, order: Order): Promise<ActionResult> | ActionResult {
  const address = waitsFor(order.action);
  const actor = address && partition.mailboxes.find(address);
  if (actor?.isRunning !== true || resultOf(partition, order) !== undefined) {
    return doNow(partition, order);
  }
  return new Promise((resolve, reject) => {
    const takeBack = partition.runner.afterStep(actor, () => {
      cancel();
      try {
        resolve(doNow(partition, order));
      } catch (error) {
        reject(error);
      }
    });
    const cancel = partition.options.clock.after(longestWaitMs, () => {
      takeBack();
      reject(busy(actor.address));
    });
  });
}

/** Whose step must have ended. */
function waitsFor(action: Action): WireAddress | undefined {
  switch (action.kind) {
    case "skip":
    case "set-state":
    case "clear-state":
    case "delete-instance":
      return action.address;
    default:
      return undefined;
  }
}

/** One synchronous piece: what is looked at is what is changed, and all of it is in one window. */
function doNow(partition: Partition, order: Order): ActionResult {
  partition.ingress.assertOpen();
  partition.hold.assertNoImport("nothing else is changed");
  const known = resultOf(partition, order);
  if (known !== undefined) return known;
  const result = { ...perform(partition, order), isDuplicate: false };
  const { action } = order;
  if ("isDryRun" in action && action.isDryRun) return result;
  partition.owed?.startOwnWork();
  rememberResult(partition, order, result);
  if (result.count > 0) {
    recordActivity(partition, order, result);
    report(partition, order);
  }
  return result;
}

function report(
  { options: { observer, kind: engine = "embedded" } }: Partition,
  order: Order,
): void {
  if (observer?.operated === undefined) return;
  const { action, who } = order;
  const address = addressOf(action);
  observer.operated({
    engine,
    action: action.kind,
    address: address && copyOfAddress(address),
    who,
  });
}

/** Throws, and has changed nothing then; or has done all of it. */
function perform(partition: Partition, order: Order): Done {
  const { action } = order;
  switch (action.kind) {
    case "replay":
      return replayOne(partition, action);
    case "discard":
      return discardOne(partition, action);
    case "replay-all":
    case "discard-all":
      return forAll(partition, action);
    case "skip":
      return skipHead(partition, action);
    case "retry":
      return retryNow(partition, action);
    case "cancel-timer":
      return cancelTimer(partition, action);
    case "fire-timer":
      return fireTimer(partition, action);
    case "pause":
      return pause(partition, order, action);
    case "resume":
      return resume(partition, action);
    case "set-state":
      return setState(partition, action);
    case "clear-state":
      return clearState(partition, action);
    case "delete-instance":
      return deleteInstance(partition, action);
    case "send":
      return sendFor(partition, order, action);
  }
}

function busy({ typename, id }: WireAddress): StateFunError {
  const text = `the handler of ${typename} ${show(id)} did not end within ${longestWaitMs} ms: nothing was done, try again later`;
  return new StateFunError("busy", text);
}
