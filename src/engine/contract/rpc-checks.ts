import { invalid, isRecord } from "../../internal/assert.ts";
import { isAddress, isCount, isText, isValue } from "../../model/guards.ts";
import {
  type LinkAnswer,
  type LinkBatch,
  type LinkMessage,
  latestEpoch,
  maxLinkRuns,
} from "./links.ts";

/** The names of runs are shorter. What is stored of a link must not grow by what another process says. */
const maxRunLength = 64;
/** Later code may know more of them. */
const mostRuns = 8 * maxLinkRuns;

/**
 * What comes by RPC is what another process says: it is looked at before anything of it is used, so that no byte of it
 * fails in the middle of a step.
 */
export function assertLinkBatch(batch: unknown): asserts batch is LinkBatch {
  const { from, epoch, first, messages, tried, isOutOfResources, runs = [] } = Object(batch);
  const isNumbered = isEpoch(epoch) && isCount(first) && first > 0;
  if (!isText(from) || !isNumbered || !Array.isArray(messages))
    throw invalid("a batch of a link must have from, epoch, first and messages");
  const isFlag = isOutOfResources === undefined || typeof isOutOfResources === "boolean";
  if (!isFlag || (tried !== undefined && !isCount(tried)))
    throw invalid("what a batch of a link says of earlier ones must be a count and a boolean");
  if (!Array.isArray(runs) || runs.length > mostRuns || !runs.every(isRun))
    throw invalid("the runs of a batch of a link must be short texts with a count");
  const wrong = messages.findIndex((message: unknown) => !isMessage(message));
  if (wrong >= 0) throw invalid(`message ${wrong} of a batch of a link is not a valid message`);
}

/** The same of what a receiver answers. */
export function assertLinkAnswer(answer: unknown): asserts answer is LinkAnswer {
  const { kind, epoch, last, expected, isFull = false, isOlder = false } = Object(answer);
  const number = kind === "taken" ? last : kind === "gap" ? expected : undefined;
  const isFlagged = typeof isFull === "boolean" && typeof isOlder === "boolean";
  if (!isEpoch(epoch) || !isCount(number) || !isFlagged)
    throw invalid("the value is not an answer of a partition");
}

function isRun(value: unknown): boolean {
  const { run, since } = Object(value);
  return isText(run) && run.length <= maxRunLength && isCount(since);
}

function isEpoch(value: unknown): value is number {
  return isCount(value) && value <= latestEpoch;
}

function isMessage(value: unknown): value is LinkMessage {
  if (!isRecord(value)) return false;
  const { target, caller, argument } = value;
  return isAddress(target) && (caller === undefined || isAddress(caller)) && isValue(argument);
}
