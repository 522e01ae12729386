import { StatefulFunctions, string } from "statefun";
import { encrypted } from "statefun/encryption";
import { createRuntime } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { reasonOf } from "../../src/internal/show.ts";
import { changingKeys, rawKey } from "./support.ts";

const retry = { initialDelayMs: 10, maxDelayMs: 20, maxAttempts: 2 };
const errors: string[] = [];

function application() {
  const ring = changingKeys("b", "a", "b");
  const Secret = encrypted(string, ring);
  const functions = new StatefulFunctions();
  const pin = functions.bind(
    "shop/pin",
    { accepts: string, replies: string, state: { pin: Secret }, retry },
    (context, what) => {
      if (what.startsWith("set ")) context.state.pin = what.slice(4);
      if (context.caller) context.reply(context.state.pin ?? "none");
    },
  );
  const seen: string[] = [];
  const inbox = functions.bind("shop/inbox", { accepts: Secret, retry }, (_, message) => {
    seen.push(message);
  });
  const sender = functions.bind("shop/sender", { accepts: string, retry }, (context, message) => {
    context.send(inbox.at("1"), message);
  });
  return { ring, functions, pin, inbox, sender, seen };
}

let runtime: Awaited<ReturnType<typeof createRuntime>>;
afterEach(() => runtime.close());

async function start() {
  const app = application();
  errors.length = 0;
  runtime = await createRuntime({
    modules: app.functions,
    http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
    onError: (error) => void errors.push(reasonOf(error)),
  });
  return app;
}

async function troubleOf(typename: string): Promise<unknown> {
  const response = await runtime.fetch(new Request(`http://x/admin/instances/${typename}/1`));
  return Object(await response.json()).trouble;
}

describe("an instance whose key is not there", () => {
  it("stands still, says which key is missing, and goes on when it is back", async () => {
    const { ring, pin } = await start();
    await runtime.send(pin.at("1"), "set 1234");
    await runtime.idle();
    const key = ring.all.get("b") ?? expect.fail("no key");
    ring.all.delete("b");
    const answer = runtime.call(pin.at("1"), "get");
    await expect
      .poll(() => troubleOf("shop/pin"))
      .toMatchObject({
        kind: "retrying",
        code: "unavailable",
        reason: expect.stringContaining(
          'state "pin" of shop/pin: there is no key "b": add it to the keys again',
        ),
      });
    // Longer than its attempts.
    await expect.poll(() => errors.length).toBeGreaterThan(5);
    ring.all.set("b", key);
    expect(await answer).toBe("1234");
    expect(await runtime.deadLetters.list()).toEqual([]);
    expect(await troubleOf("shop/pin")).toBeUndefined();
  });

  it("stands still at a state that another key has written", async () => {
    const { ring, pin } = await start();
    await runtime.send(pin.at("1"), "set 1234");
    await runtime.idle();
    ring.all.set("b", rawKey(99));
    const answer = runtime.call(pin.at("1"), "get");
    await expect
      .poll(() => troubleOf("shop/pin"))
      .toMatchObject({
        kind: "state",
        code: "state_undecodable",
        reason: expect.stringContaining('cannot be decrypted with the key "b": it was changed'),
      });
    ring.all.set("b", rawKey(2));
    expect(await answer).toBe("1234");
  });

  it("keeps a message, and those behind it in their order", async () => {
    const { ring, inbox, sender, seen } = await start();
    const key = ring.all.get("b") ?? expect.fail("no key");
    let come = (): void => {};
    const isLate = new Promise<void>((resolve) => {
      come = resolve;
    });
    ring.get = async (id) => {
      await isLate;
      return ring.all.get(id);
    };
    // Encrypted in the order of the calls, though the key comes late.
    const sent = ["one", "two", "three"].map((text) => runtime.send(inbox.at("1"), text));
    come();
    ring.get = async (id) => ring.all.get(id);
    await Promise.all(sent);
    await runtime.idle();
    expect(seen.splice(0)).toEqual(["one", "two", "three"]);
    await runtime.send(inbox.at("1"), "four", { delayMs: 1_000 });
    ring.all.delete("b");
    await expect.poll(() => troubleOf("shop/inbox")).toMatchObject({ code: "unavailable" });
    ring.all.set("b", key);
    await runtime.send(inbox.at("1"), "five");
    await expect.poll(() => seen).toEqual(["four", "five"]);
    await runtime.send(sender.at("1"), "six");
    await expect.poll(() => seen).toEqual(["four", "five", "six"]);
  });

  it("does nothing of a batch whose effects cannot be encrypted, until they can", async () => {
    const { ring, sender, seen } = await start();
    const key = ring.all.get("b") ?? expect.fail("no key");
    ring.all.delete("b");
    await runtime.send(sender.at("1"), "one");
    await runtime.send(sender.at("1"), "two");
    await expect.poll(() => troubleOf("shop/sender")).toMatchObject({ code: "unavailable" });
    ring.all.set("b", key);
    await expect.poll(() => seen).toEqual(["one", "two"]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("refuses a send, which can be repeated", async () => {
    const { ring, inbox } = await start();
    ring.all.delete("b");
    await expect(runtime.send(inbox.at("1"), "one")).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a batch whose key never comes", () => {
  it.each([
    ["its state", "one"],
    ["its effects", "none"],
  ])("is ended by its time, and is tried again, uncounted: for %s", async (_, stored) => {
    const ring = changingKeys("a", "a");
    const functions = new StatefulFunctions();
    const Secret = encrypted(string, ring);
    const pin = functions.bind(
      "shop/pin",
      { accepts: string, replies: string, state: { pin: Secret }, retry },
      (context, what) => {
        if (what === "forget") context.state.pin = undefined;
        else context.state.pin ??= what;
        context.reply(context.state.pin ?? "none");
      },
    );
    runtime = await createRuntime({
      modules: functions,
      timeoutMs: 50,
      onError: (error) => void errors.push(reasonOf(error)),
    });
    errors.length = 0;
    await runtime.call(pin.at("1"), stored === "one" ? "one" : "forget");
    const { get } = ring;
    ring.get = () => new Promise(() => {});
    const answer = runtime.call(pin.at("1"), "two");
    // Longer than its attempts.
    await expect.poll(() => errors.length).toBeGreaterThan(3);
    expect(errors[0]).toBe("a key did not arrive: the batch took longer than 50 ms");
    ring.get = get;
    expect(await answer).toBe(stored === "one" ? "one" : "two");
    expect(await runtime.deadLetters.list()).toEqual([]);
  });
});
