import { type OfficialFunction, official } from "./official.ts";
import { readCommands, readSourceCommand, typenames, verification } from "./smoke-commands.ts";

const { StateFun, messageBuilder, egressMessageBuilder } = official;

const bytesType = (typename: string) =>
  StateFun.customType(
    typename,
    (value) => value,
    (bytes) => bytes,
  );
const commandsType = bytesType(typenames.commands);
const sourceCommandType = bytesType(typenames.sourceCommand);
const resultType = bytesType(typenames.verificationResult);

/** What smoke.ts does. */
export const officialSmoke: OfficialFunction = {
  typename: typenames.interpreter,
  specs: [{ name: "state", type: StateFun.intType() }],
  fn(context, message) {
    const { storage } = context;
    const isCommands = message.valueTypeName === typenames.commands;
    const read = isCommands ? readCommands : readSourceCommand;
    // The types above say so.
    const value = message.as(isCommands ? commandsType : sourceCommandType) as Uint8Array;
    for (const { kind, target, commands, token, expected } of read(value)) {
      const send = () =>
        messageBuilder({
          typename: typenames.interpreter,
          id: String(target),
          value: commands,
          valueType: commandsType,
        });
      const emit = (typename: string, record: unknown, valueType = resultType) =>
        context.send(egressMessageBuilder({ typename, value: record, valueType }));
      // An absent int is null, which counts as 0.
      if (kind === 1) storage["state"] = Number(storage["state"]) + 1;
      else if (kind === 2) context.send(send());
      else if (kind === 3) context.sendAfter(1, send(), token === "" ? undefined : token);
      else if (kind === 4) emit(typenames.discarded, "discarded-message", StateFun.stringType());
      else if (kind === 6) {
        const result = verification(context.self.id, expected, Number(storage["state"]));
        emit(typenames.verifications, result);
      } else if (kind === 7) context.cancelDelayedMessage(token);
      else throw new Error(`a command of the unknown kind ${kind}`);
    }
  },
};
