import { create } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import {
  anyValue,
  bytes,
  customType,
  int,
  json,
  type Message,
  shape,
  string,
  upgraded,
} from "statefun";
import { protobuf } from "statefun/protobuf";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { messageFromWire } from "../../src/sdk/types/message.ts";

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const read = (typename: string, bytes: Uint8Array): Message =>
  messageFromWire({ typename, bytes, headers: [] });

const CartV1 = json("demo/Cart", shape<string[]>());
const CartV2 = upgraded(json("demo/Cart.2", shape<{ items: string[] }>()), {
  from: CartV1,
  upgrade: (items) => ({ items }),
});
const Cart = upgraded(
  json("demo/Cart.3", z.strictObject({ items: z.array(z.object({ name: z.string() })) })),
  { from: CartV2, upgrade: ({ items }) => ({ items: items.map((name) => ({ name })) }) },
);

describe("a type with another typename", () => {
  const now = { items: [{ name: "pen" }] };

  it("reads a chain of old types, each step from one to the next", () => {
    expect(read("demo/Cart", text(["pen"])).as(Cart)).toEqual(now);
    expect(read("demo/Cart.2", text({ items: ["pen"] })).as(Cart)).toEqual(now);
    expect(read("demo/Cart.3", text(now)).as(Cart)).toEqual(now);
  });

  it("writes itself, and is read as itself", () => {
    const sent = Cart.of(now);
    expect([sent.typename, sent.value]).toEqual(["demo/Cart.3", now]);
    expect(Cart.decode(Cart.encode(now))).toEqual(now);
  });

  it("reads no other, and no newer one", () => {
    expect(read("demo/Cart.4", text(now)).is(Cart)).toBe(false);
    expect(read("demo/Cart.3", text(now)).is(CartV2)).toBe(false);
  });

  it("says of an old value that cannot be upgraded what its upgrade said", () => {
    const Short = upgraded(json("demo/Short", shape<string>()), {
      from: string,
      upgrade(old) {
        throw new RangeError(`${old} is too long`);
      },
    });
    expect(() => read(string.typename, string.encode("abc")).as(Short)).toThrow(
      "a message of demo/Short cannot be read: demo/Short: its upgrade failed (abc is too long)",
    );
  });

  it("checks what an upgrade gives by its own schema", () => {
    const Count = upgraded(json("demo/Count", z.number().max(9)), { from: int, upgrade: (n) => n });
    expect(read(int.typename, int.encode(9)).as(Count)).toBe(9);
    expect(() => read(int.typename, int.encode(10)).as(Count)).toThrow("demo/Count: Too big");
  });

  it("refuses an asynchronous upgrade as a mistake of the program", () => {
    const Later = upgraded(string, { from: int, upgrade: (async () => "1") as never });
    expect(() => read(int.typename, int.encode(1)).as(Later)).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  it("goes from scalars, protobuf, bytes and custom types to any other", () => {
    const Id = upgraded(string, { from: int, upgrade: String });
    expect(read(int.typename, int.encode(-7)).as(Id)).toBe("-7");
    expect(Id.of("x").value).toBe("x");
    const Time = protobuf(TimestampSchema);
    const Seen = upgraded(json("demo/Seen", shape<number>()), {
      from: Time,
      upgrade: ({ seconds }) => Number(seconds),
    });
    const time = Time.encode(create(TimestampSchema, { seconds: 5n }));
    expect(read(Time.typename, time).as(Seen)).toBe(5);
    // Messages of other hosts are read too, as by the type alone.
    expect(read("my.host/google.protobuf.Timestamp", time).as(Seen)).toBe(5);
    const Back = upgraded(Time, {
      from: bytes("demo/raw"),
      upgrade: (raw) => create(TimestampSchema, { seconds: BigInt(raw.length) }),
    });
    expect(read("demo/raw", Uint8Array.of(1, 2)).as(Back).seconds).toBe(2n);
    expect(read("my.host/google.protobuf.Timestamp", time).as(Back).seconds).toBe(5n);
  });

  it("reads each schema library's types", () => {
    // A schema may be a function, as those of arktype are.
    const validate = (value: unknown) =>
      typeof Object(value).n === "string"
        ? { value: value as { n: string } }
        : { issues: [{ message: "n must be a string" }] };
    const standard = { version: 1 as const, vendor: "test", validate };
    const callable = Object.assign(validate, { "~standard": standard });
    const zod = upgraded(json("demo/z", z.object({ n: z.number() })), {
      from: json("demo/v", v.object({ n: v.string() })),
      upgrade: ({ n }) => ({ n: Number(n) }),
    });
    const ark = upgraded(json("demo/a", callable), {
      from: zod,
      upgrade: ({ n }) => ({ n: String(n) }),
    });
    expect(read("demo/v", text({ n: "5" })).as(ark)).toEqual({ n: "5" });
    expect(read("demo/z", text({ n: 5 })).as(ark)).toEqual({ n: "5" });
    expect(() => read("demo/v", text({ n: 5 })).as(ark)).toThrow("demo/v: n: ");
  });
});

describe("a type with the same typename", () => {
  const Old = json("demo/User", z.object({ name: z.string() }));
  const User = upgraded(json("demo/User", z.object({ first: z.string(), last: z.string() })), {
    from: Old,
    upgrade: ({ name }) => {
      const [first = "", last = ""] = name.split(" ");
      return { first, last };
    },
  });
  const ada = { first: "Ada", last: "Lovelace" };

  it("tries its own schema first, and then the old one", () => {
    expect(read("demo/User", text({ name: "Ada Lovelace" })).as(User)).toEqual(ada);
    expect(read("demo/User", text(ada)).as(User)).toEqual(ada);
    expect(User.decode(text({ name: "Ada Lovelace" }))).toEqual(ada);
  });

  it("says what both have against a value", () => {
    expect(() => read("demo/User", text({ nick: 1 })).as(User)).toThrow(
      /demo\/User: first: .*; nor can it be read by the type before \(demo\/User: name: /,
    );
  });

  it("takes a value as new that the old type reads as well, if reading changes nothing", () => {
    const More = upgraded(json("demo/User", z.object({ name: z.string(), age: z.number() })), {
      from: Old,
      upgrade: ({ name }) => ({ name, age: -1 }),
    });
    // The old schema drops the age: it is not asked.
    expect(read("demo/User", text({ name: "a", age: 5 })).as(More)).toEqual({ name: "a", age: 5 });
    expect(read("demo/User", text({ name: "a" })).as(More)).toEqual({ name: "a", age: -1 });
  });

  it("guesses nothing where both read it and differ", () => {
    const schema = z.object({ name: z.string(), tags: z.array(z.string()).default([]) });
    const Tagged = (tags: string[]) =>
      upgraded(json("demo/User", schema), { from: Old, upgrade: ({ name }) => ({ name, tags }) });
    expect(() => read("demo/User", text({ name: "a" })).as(Tagged(["old"]))).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        message: expect.stringContaining("give isOld"),
      }),
    );
    expect(() => Tagged(["old"]).encode({ name: "a" })).toThrow("give isOld");
    // Both ways give the same.
    expect(read("demo/User", text({ name: "a" })).as(Tagged([]))).toEqual({ name: "a", tags: [] });
    expect(Tagged([]).of({ name: "a" }).value).toEqual({ name: "a", tags: [] });
  });

  it("guesses nothing for values that cannot be compared", () => {
    const Dated = upgraded(json("demo/At", z.object({ at: z.coerce.date() })), {
      from: json("demo/At", z.object({ at: z.number() })),
      upgrade: ({ at }) => ({ at: new Date(at * 1_000).toISOString() }),
    });
    expect(() => read("demo/At", text({ at: 5 })).as(Dated)).toThrow("give isOld");
  });

  it("distinguishes them by isOld alone, if that is given", () => {
    const Price = upgraded(json("demo/Price", shape<{ v: 2; cents: number }>()), {
      from: json("demo/Price", shape<{ v?: 1; euros: number }>()),
      upgrade: ({ euros }) => ({ v: 2 as const, cents: euros * 100 }),
      isOld: (data) => Object(data).v !== 2,
    });
    expect(read("demo/Price", text({ euros: 5 })).as(Price)).toEqual({ v: 2, cents: 500 });
    expect(read("demo/Price", text({ v: 2, cents: 5 })).as(Price)).toEqual({ v: 2, cents: 5 });
    const old = { v: 1, cents: 5 } as never;
    expect(() => Price.of(old)).toThrow("isOld says that this new value is an old one");
  });

  it("gives isOld the bytes of what is not JSON", () => {
    const Old = customType<number>({
      typename: "demo/N",
      encode: (n) => Uint8Array.of(1, n),
      decode: (all) => all[1] ?? 0,
    });
    const New = upgraded(
      customType<string>({
        typename: "demo/N",
        encode: (n) => Uint8Array.of(2, Number(n)),
        decode: (all) => String(all[1]),
      }),
      { from: Old, upgrade: String, isOld: (data) => (data as Uint8Array)[0] === 1 },
    );
    expect([Uint8Array.of(1, 7), Uint8Array.of(2, 8)].map((all) => New.decode(all))).toEqual([
      "7",
      "8",
    ]);
  });

  it("is a chain of versions under one typename", () => {
    const version = (n: number) => z.object({ v: z.literal(n), x: z.number() });
    const V1 = json("demo/X", version(1));
    const V2 = upgraded(json("demo/X", version(2)), {
      from: V1,
      upgrade: ({ x }) => ({ v: 2, x: x * 10 }),
    });
    const V3 = upgraded(json("demo/X", version(3)), {
      from: V2,
      upgrade: ({ x }) => ({ v: 3, x: x + 1 }),
    });
    expect([1, 2, 3].map((v) => V3.decode(text({ v, x: 1 })).x)).toEqual([11, 2, 1]);
    expect(() => V3.decode(text({ v: 4, x: 1 }))).toThrow("nor can it be read");
  });
});

describe("what cannot be upgraded is refused when it is declared", () => {
  const to = json("demo/T", z.string());
  const options = { from: string, upgrade: (old: string) => old };
  it.each([
    [() => upgraded({} as never, options), "what is upgraded must be a type"],
    [() => upgraded(to, undefined as never), "the options of upgraded demo/T"],
    [() => upgraded(to, { ...options, form: 1 } as never), "form"],
    [
      () => upgraded(to, { ...options, from: 1 } as never),
      "from of upgraded demo/T must be a type",
    ],
    [() => upgraded(to, { from: string } as never), "upgrade of upgraded demo/T"],
    [() => upgraded(to, { ...options, isOld: 1 } as never), "isOld of upgraded demo/T"],
    [() => upgraded(to, { ...options, isOld: () => true }), "isOld is for one typename alone"],
    [() => upgraded(anyValue as never, options), "anyValue has no versions"],
    [() => upgraded(to, { from: anyValue, upgrade: String }), "anyValue has no versions"],
    [() => upgraded(string, { from: string, upgrade: (one) => one }), "give isOld"],
    [
      () =>
        upgraded(json("demo/J", shape<1>()), {
          from: json("demo/J", shape<2>()),
          upgrade: () => 1,
        }),
      "give isOld",
    ],
    [
      () => upgraded(bytes("demo/B"), { from: bytes("demo/B"), upgrade: (one) => one }),
      "give isOld",
    ],
  ])("%#", (declare, message) => {
    expect(declare).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        message: expect.stringContaining(message),
      }),
    );
  });
});
