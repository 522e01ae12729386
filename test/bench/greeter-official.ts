import { typename } from "./greeter.ts";
import { type OfficialFunction, official } from "./official.ts";

const { StateFun, messageBuilder } = official;

/** What greeter.ts does, as the documentation of the official SDK writes it. */
export const officialGreeter: OfficialFunction = {
  typename,
  specs: [{ name: "seen", type: StateFun.intType() }],
  fn(context, message) {
    const name = message.asString();
    // An absent int is null, which counts as 0.
    const seen = Number(context.storage["seen"]) + 1;
    context.storage["seen"] = seen;
    const value = `Hello ${name} for the ${seen}th time`;
    context.send(
      messageBuilder({
        typename: "bench/inbox",
        id: name,
        value,
        valueType: StateFun.stringType(),
      }),
    );
  },
};
