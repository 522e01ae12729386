import { address, type Context, egress, int, StatefulFunctions, string } from "statefun";
import {
  type Book,
  books,
  type Command,
  type Commands,
  envelopes,
  interpreter,
  labels,
  marks,
  verifications,
} from "./commands.ts";

/** What the handler gets of the world around it. */
export interface Surroundings {
  /** At a moment at which anything may happen: takes time, throws, or ends the process. */
  readonly trouble: () => Promise<void> | undefined;
  /** A step is applied at the time of its handler. */
  readonly isPrompt: boolean;
}

/** A failed attempt must not have written into what the next one reads. */
function copyOf({ sent, received, marks, due, cancelled, violations }: Book): Book {
  return {
    sent: { ...sent },
    received: { ...received },
    marks: [...marks],
    due: { ...due },
    cancelled: [...cancelled],
    violations: [...violations],
  };
}

type SimulationContext = Context<
  { readonly count: typeof int; readonly book: typeof books },
  unknown,
  string
>;

const emptyBook = (): Book => ({
  sent: {},
  received: {},
  marks: [],
  due: {},
  cancelled: [],
  violations: [],
});

/** `surroundingsOf` is given the environment of the application, and the id of the instance. */
export function bindInterpreter<Env>(
  surroundingsOf: (env: Env, id: string) => Surroundings,
): StatefulFunctions<Env> {
  const functions = new StatefulFunctions<Env>("simulation");
  const state = { count: int, book: books };
  const options = { accepts: envelopes, replies: string, state } as const;
  functions.bind(interpreter, options, async (context, envelope) => {
    const { trouble, isPrompt } = surroundingsOf(context.env, context.self.id);
    const book = copyOf(context.state.book ?? emptyBook());
    await trouble();
    const { from, number, commands } = envelope;
    const last = book.received[from] ?? 0;
    if (number > 0) {
      if (number !== last + 1) book.violations.push(`${number} of ${from} came after ${last}`);
      book.received[from] = number;
    }
    for (const command of commands) interpret(context, command, book, isPrompt);
    context.state.book = book;
    await trouble();
  });
  return functions;
}

function interpret(
  context: SimulationContext,
  command: Command,
  book: Book,
  isPrompt: boolean,
): void {
  const { self } = context;
  switch (command.kind) {
    case "increment":
      context.state.count = (context.state.count ?? 0) + 1;
      break;
    case "send": {
      const { target, commands } = command;
      const number = (book.sent[target] ?? 0) + 1;
      book.sent[target] = number;
      context.send(...to(target, self.id, number, commands));
      break;
    }
    case "sendAfter": {
      const { target, delayMs, token, commands } = command;
      const options = token === undefined ? {} : { cancellationToken: token };
      context.sendAfter(delayMs, ...to(target, self.id, 0, commands), options);
      if (token !== undefined) book.due[token] = context.now() + delayMs;
      break;
    }
    case "cancelSendAfter": {
      const due = book.due[command.token] ?? 0;
      if (isPrompt && context.now() < due) book.cancelled.push(command.token);
      context.cancel(command.token);
      break;
    }
    case "sendEgress":
      context.emit(egress(labels), string.of(command.label));
      break;
    case "leaveMark":
      book.marks.push(command.label);
      context.emit(egress(marks), string.of(command.label));
      break;
    case "verify": {
      const result = `${self.id}: ${context.state.count ?? 0} of ${command.expected}`;
      context.emit(egress(verifications), string.of(result));
      break;
    }
    case "reply":
      context.reply(command.label);
  }
}

function to(target: string, from: string, number: number, commands: Commands) {
  return [address(interpreter, target), envelopes.of({ from, number, commands })] as const;
}
