// The program of test/sdks on the official JavaScript SDK 3.3.0: node server.cjs PORT.
const { createServer } = require("node:http");
const { StateFun, egressMessageBuilder, messageBuilder } = require("apache-flink-statefun");

const booms = new Map();

const specs = [
  { name: "count", type: StateFun.intType() },
  { name: "mortal", type: StateFun.intType(), expireAfterWrite: 800 },
  { name: "called", type: StateFun.intType(), expireAfterCall: 800 },
];

async function run(context, message) {
  const [command, ...parts] = message.asString().split(":");
  const rest = parts.join(":");
  const { storage } = context;
  const me = context.self;
  const text = ({ namespace, name, id }, value) =>
    messageBuilder({ typename: `${namespace}/${name}`, id, value });
  const reply = (value) => context.send(text(context.caller, `answer:${value}`));
  const emit = (value) =>
    context.send(
      egressMessageBuilder({ typename: "sdks/records", value, valueType: StateFun.stringType() }),
    );
  switch (command) {
    case "add":
      storage.count = (storage.count ?? 0) + 1;
      reply(storage.count);
      break;
    case "look":
      reply(storage.count ?? 0);
      break;
    case "forget":
      storage.count = null;
      break;
    case "boom":
      booms.set(me.id, (booms.get(me.id) ?? 0) + 1);
      storage.count = (storage.count ?? 0) + 100;
      emit("boom");
      if (booms.get(me.id) < 3) throw new Error("boom on purpose");
      reply(booms.get(me.id));
      break;
    case "mark":
      storage.mortal = 1;
      storage.called = 1;
      reply("marked");
      break;
    case "alive":
      reply(`${storage.mortal ?? 0}${storage.called ?? 0}`);
      break;
    case "later":
      context.sendAfter(50, text(me, "emit:late"));
      break;
    case "set":
      context.sendAfter(300, text(me, "emit:cancelled"), "token");
      break;
    case "cancel":
      context.cancelDelayedMessage("token");
      break;
    case "emit":
      emit(rest);
      break;
    case "ask":
      context.send(messageBuilder({ typename: rest, id: me.id, value: "add" }));
      break;
    case "answer":
      emit(`heard ${rest} from ${context.caller.namespace}/${context.caller.name}`);
      break;
    default:
      throw new Error(`unknown command ${command}`);
  }
}

const functions = new StateFun();
functions.bind({ typename: "javascript/fn", fn: run, specs });
functions.bind({ typename: "shared/fn", fn: run, specs });
createServer(functions.handler()).listen(Number(process.argv[2]), "127.0.0.1", () => {
  console.log("ready");
});
