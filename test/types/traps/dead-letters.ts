import {
  deadLetterTo,
  egress,
  failedMessage,
  functionRef,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { kafkaEgress } from "statefun/kafka";

const morgue = functionRef("traps/morgue", failedMessage);
const mixed = functionRef("traps/mixed", [string, failedMessage]);
const texts = functionRef("traps/texts", string);
const kafka = kafkaEgress("traps/kafka");
const failures = egress("traps/failures", failedMessage);

/** A target must be able to take what it is for. */
export const targets = [
  deadLetterTo(morgue.at("all")),
  deadLetterTo(mixed.at("all")),
  deadLetterTo(functionRef("traps/any").at("all")),
  deadLetterTo(kafka, (failed) => ({ topic: "dead", value: failedMessage.of(failed) })),
  deadLetterTo(failures, (failed) => failed),
  // @ts-expect-error it accepts texts alone
  deadLetterTo(texts.at("all")),
  // @ts-expect-error a Kafka egress takes Kafka records
  deadLetterTo(kafka, (failed) => failed),
  // @ts-expect-error an egress has to be told its record
  deadLetterTo(kafka),
];

export const handlers = targets.map((deadLetter) =>
  requestReplyHandler(new StatefulFunctions(), { deadLetter }),
);
