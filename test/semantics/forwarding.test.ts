import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { deadLetterTo, failedMessage, functionRef, json, StatefulFunctions } from "statefun";
import { protobuf } from "statefun/protobuf";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { wires } from "../contract/client.ts";
import { complete, failure } from "./support/program.ts";

const Time = protobuf(TimestampSchema);
const Note = json<string, "test/Note">("test/Note");

describe.each(wires)("a message that is sent on, on wire $name", (codec) => {
  it("keeps the name that it came under, although another host is read too", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: [Time, Note] }, (context, message) => {
      expect(message.typename).toBe(Time.typename);
      context.send(context.self, message);
    });
    const typename = "my.host/google.protobuf.Timestamp";
    const message = { typename, bytes: Uint8Array.of(8, 5), headers: [] };
    const outcome = await complete(codec, functions, { messages: [message] });
    expect(outcome.messages.map(({ argument }) => argument)).toEqual([message]);
  });
});

it("a schema that turns out asynchronous is the program's fault, not the message's", async () => {
  const schema = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: async (value: unknown) => ({ value }),
    },
  } as const;
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: json("test/Later", schema) }, () => undefined);
  const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
  const message = { typename: "test/Later", bytes: Uint8Array.of(0x31), headers: [] };
  const work = complete(codecV3, functions, { messages: [message] }, { deadLetter });
  await failure(work, "invalid_argument");
});
