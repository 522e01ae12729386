import { bytes, egress, functionRef, int, StatefulFunctions, string } from "statefun";
import { readCommands, readSourceCommand, typenames, verification } from "./smoke-commands.ts";

const commandsType = bytes(typenames.commands);
const sourceCommandType = bytes(typenames.sourceCommand);
const resultType = bytes(typenames.verificationResult);
const interpreter = functionRef(typenames.interpreter, [commandsType, sourceCommandType]);
const discarded = egress(typenames.discarded, string);
const verifications = egress(typenames.verifications, resultType);

/** The function of the smoke suite: a tree of commands, each of which does one thing that a function can do. */
export const smoke = new StatefulFunctions();

smoke.implement(
  interpreter,
  { state: { state: { type: int, initial: 0 } } },
  (context, message) => {
    const { state } = context;
    const read = message.typename === typenames.commands ? readCommands : readSourceCommand;
    for (const { kind, target, commands, token, expected } of read(message.value)) {
      const to = interpreter.at(String(target));
      if (kind === 1) state.state += 1;
      else if (kind === 2) context.send(to, commandsType.of(commands));
      else if (kind === 3) {
        const options = token === "" ? {} : { cancellationToken: token };
        context.sendAfter(1, to, commandsType.of(commands), options);
      } else if (kind === 4) context.emit(discarded, "discarded-message");
      else if (kind === 6) {
        context.emit(verifications, verification(context.self.id, expected, state.state));
      } else if (kind === 7) context.cancel(token);
      else throw new Error(`a command of the unknown kind ${kind}`);
    }
  },
);
