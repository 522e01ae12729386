import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { NodeHead } from "../../src/adapters/node-head.ts";
import { messageHeaders } from "../../src/http/http-headers.ts";

const names = [
  ...["host", "Host", "content-type", "CONTENT-TYPE", "prefer", "x-a", "X-A", "traceparent"],
  ...[
    "Statefun-Header-b",
    "statefun-header-a",
    "statefun-header-",
    "statefun",
    "trace",
    "__proto__",
  ],
];

/** Every pair of names, each with a value. */
const all: readonly (readonly string[])[] = [
  [],
  ...names.flatMap((one) => names.map((other) => [one, "1", other, "2", "accept", "*/*"])),
];

class Response extends EventEmitter {
  readonly socket: unknown = {};
  destroyed = false;
  writableFinished = false;
  writeHead(): void {}
  end(): void {}
}

const headOf = (rawHeaders: readonly string[], response = new Response()): NodeHead => {
  const request = { rawHeaders, destroyed: false, read: () => null, on: () => undefined };
  return new NodeHead({ ...request, method: "POST", url: "/" }, response);
};

const plainHeaders = (raw: readonly string[]): Headers => {
  const headers = new Headers();
  for (let at = 1; at < raw.length; at += 2) headers.append(raw[at - 1] ?? "", raw[at] ?? "");
  return headers;
};

it("reads the headers of node:http as a Headers does, in whatever case and however often they stand", () => {
  for (const raw of all) {
    const { headers } = headOf(raw);
    const expected = plainHeaders(raw);
    expect([...headers]).toEqual([...expected]);
    for (const name of names.map((one) => one.toLowerCase())) {
      expect(headers.get(name)).toBe(expected.get(name));
      expect(headers.has(name)).toBe(expected.has(name));
    }
    expect(messageHeaders(headers)).toEqual(messageHeaders(expected));
  }
});

it("looks at each of thousands of headers a few times, however they are read", () => {
  const raw = Array.from({ length: 2_000 }, (_, n) => [`h${n}`, "1"]).flat();
  let looks = 0;
  const counted = new Proxy([...raw, "traceparent", "00-1"], {
    get: (list, key, self) => {
      if (typeof key === "string" && /^\d+$/.test(key)) looks += 1;
      return Reflect.get(list, key, self);
    },
  });
  const { headers } = headOf(counted);
  expect([...headers]).toHaveLength(2_001);
  expect(messageHeaders(headers)).toMatchObject([{ key: "traceparent" }]);
  expect(looks).toBeLessThan(10 * raw.length);
});

it("hears of a client that leaves before its answer, and of no other", () => {
  const response = new Response();
  const { signal } = headOf([], response);
  let heard = 0;
  const hear = (): void => {
    heard += 1;
  };
  signal.addEventListener("abort", hear);
  signal.removeEventListener("abort", hear);
  response.emit("close");
  expect(heard).toBe(0);
  signal.addEventListener("abort", hear);
  expect(signal.aborted).toBe(false);
  expect(() => signal.throwIfAborted()).not.toThrow();
  response.destroyed = true;
  response.emit("close");
  expect(heard).toBe(1);
  expect(signal.aborted).toBe(true);
  expect(() => signal.throwIfAborted()).toThrow("the client has disconnected");
  expect(signal.reason).toBe("the client has disconnected");
  response.writableFinished = true;
  expect(signal.aborted).toBe(false);
});
