import { address, functionRef, string } from "statefun";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Application,
  eventually,
  fileStore,
  moduleOf,
  pause,
  startApplication,
} from "./application.ts";
import { sdks } from "./sdks.ts";
import { type SdkServer, startServer } from "./server-process.ts";

describe.for(sdks.map((sdk) => ({ ...sdk })))("a function on the SDK for $name", (sdk) => {
  const fn = functionRef(`${sdk.namespace}/fn`, string, { replies: string });
  const file = fileStore();
  let server: SdkServer;
  let app: Application;
  let ids = 0;
  let me = fn.at("0");

  beforeAll(async () => {
    server = await startServer(sdk);
  });
  beforeEach(async () => {
    app = await startApplication([await moduleOf(sdk, server.url)], file.store);
    me = fn.at(`instance ${++ids}`);
  });
  afterEach(() => app.end());
  afterAll(async () => {
    await server.kill();
    file.remove();
  });

  const call = (command: string) => app.runtime.call(me, command);
  const send = (command: string) => app.runtime.send(me, command);

  it("keeps its state, deletes it, and finds it in the next life of the runtime", async () => {
    expect(await call("add")).toBe("answer:1");
    expect(await call("add")).toBe("answer:2");
    await app.end();
    app = await startApplication([await moduleOf(sdk, server.url)], file.store);
    expect(await call("look")).toBe("answer:2");
    await send("forget");
    expect(await call("look")).toBe("answer:0");
    expect(app.errors).toEqual([]);
  });

  it("has states that expire, after a write and after a call", async () => {
    await call("mark");
    for (let n = 0; n < 2; n++) {
      await pause(300);
      expect(await call("alive")).toBe("answer:11");
    }
    await pause(400);
    // Each call renewed the one, and none of them the other.
    expect(await call("alive")).toBe("answer:01");
    await pause(1_000);
    expect(await call("alive")).toBe("answer:00");
  });

  it("sends messages for later", async () => {
    await send("later");
    await eventually(app.emitted, (all) => all.includes("late"));
  });

  it.skipIf(sdk.wire === "v2")("cancels what it has sent for later", async () => {
    await send("set");
    await app.runtime.idle();
    expect((await app.runtime.instance(me)).timers).toHaveLength(1);
    await send("cancel");
    await app.runtime.idle();
    await pause(400);
    await app.runtime.idle();
    expect(app.emitted()).toEqual([]);
    // What is not cancelled comes.
    await send("set");
    await eventually(app.emitted, (all) => all.includes("cancelled"));
  });

  it("emits, in order", async () => {
    for (let n = 0; n < 20; n++) await send(`emit:${n}`);
    const all = await eventually(app.emitted, ({ length }) => length === 20);
    expect(all).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
  });

  it("is tried again after an error, and what it did before never happened", async () => {
    expect(await call("boom")).toBe("answer:3");
    expect(await call("look")).toBe("answer:100");
    await eventually(app.emitted, ({ length }) => length > 0);
    expect(app.emitted()).toEqual(["boom"]);
    expect(app.errors.map(String)).toEqual([
      expect.stringMatching(/answered 500/),
      expect.stringMatching(/answered 500/),
    ]);
  });

  it("gives up on a message that it never understands", async () => {
    await send("nonsense");
    const letters = await eventually(
      () => app.runtime.deadLetters.list(),
      ({ length }) => length > 0,
    );
    expect(letters[0]).toMatchObject({ attempts: 8, error: { code: "failed" } });
    for (const { id } of letters) await app.runtime.deadLetters.discard(id);
  });

  it("dies and comes back: nothing is lost, counted or done twice", async () => {
    const many = Array.from({ length: 30 }, (_, n) => fn.at(`of many ${n}`));
    const round = () => Promise.all(many.map((one) => app.runtime.call(one, "add")));
    await round();
    await server.kill();
    const second = round();
    await eventually(
      () => app.errors.length,
      (count) => count > 0,
    );
    await server.start();
    await second;
    await round();
    for (const one of many) {
      expect(await app.runtime.call(one, "look")).toBe("answer:3");
    }
    expect(await app.runtime.deadLetters.list()).toEqual([]);
    for (const error of app.errors) expect(error).toMatchObject({ code: "unavailable" });
  });

  it("answers an address without a reference as well", async () => {
    const bare = address(`${sdk.namespace}/fn` as `${string}/${string}`, "bare");
    const reply = await app.runtime.call(bare, string.of("add"), { reply: string });
    expect(reply).toBe("answer:1");
  });
});
