import process from "node:process";
import { StateFunError } from "statefun";
import { bearerToken, equalsSecret, pathToken } from "statefun/http";
import { describe, expect, it } from "vitest";

const withHeader = (authorization: string) =>
  new Request("http://localhost/", { headers: { authorization } });
const at = (path: string) => new Request(`http://localhost${path}`);

/** What a program has that forgot to set a variable. */
const absent: readonly unknown[] = [undefined, null, "", " ", "undefined", "null", 5];

describe("a comparison with a secret", () => {
  it.each([
    ["secret", "secret", true],
    ["é 🙂", "é 🙂", true],
    ["secre", "secret", false],
    ["secrets", "secret", false],
    ["secretsecret", "secret", false],
    ["Secret", "secret", false],
    ["", "secret", false],
    ["\0", "s", false],
    [null, "secret", false],
    [undefined, "secret", false],
    ["undefined", "secret", false],
  ])("of %j with %j says %j", (given, secret, same) => {
    expect(equalsSecret(given, secret)).toBe(same);
  });

  it.each([
    ["a list", ["secret"]],
    ["a list of what has no text", [{ __proto__: null }]],
    ["an object without a prototype", { __proto__: null }],
    ["a number", 5],
    ["a symbol", Symbol("secret")],
  ])("of %s with a secret says false", (_, given) => {
    expect(equalsSecret(given as never, "secret")).toBe(false);
    expect(equalsSecret(given as never, "5")).toBe(false);
  });

  it("takes as long for a text that differs at its end as for one that differs at once", () => {
    const secret = "x".repeat(100_000);
    const early = `y${secret.slice(1)}`;
    const late = `${secret.slice(1)}y`;
    const timed = (given: string) => {
      const start = performance.now();
      for (let round = 0; round < 20; round++) equalsSecret(given, secret);
      return performance.now() - start;
    };
    // Warm first; then the fastest of some, which no other work has disturbed.
    timed(early);
    timed(late);
    const fastest = (given: string) => Math.min(...Array.from({ length: 7 }, () => timed(given)));
    // One that ends at the first difference is thousands of times faster there; a busy machine is not.
    expect(fastest(late) / fastest(early)).toBeLessThan(20);
  });

  it.each(absent)("refuses %j as a secret, and shows none", (secret) => {
    for (const work of [
      () => equalsSecret("x", secret as string),
      () => bearerToken(secret as string),
      () => pathToken(secret as string),
      () => bearerToken(() => secret as string)(withHeader("Bearer x")),
      () => pathToken(() => secret as string)(at("/statefun/undefined")),
    ]) {
      expect(work).toThrow(StateFunError);
      expect(work).toThrow(
        /^the secret of \w+ must be a non-empty string, .* is an environment variable missing\?$/,
      );
    }
  });

  it("refuses a promise, and one that rejects does not end the process", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const later = (async () => {
      throw new Error("the vault is down");
    }) as unknown as () => string;
    for (const isIn of [bearerToken(later), pathToken(later)]) {
      expect(() => isIn(withHeader("Bearer x"))).toThrow(
        /^the secret of \w+ must be a text, got a promise: await it before you give it$/,
      );
    }
    expect(() => bearerToken(later() as unknown as string)).toThrow(/got a promise/);
    expect(() => equalsSecret("x", later())).toThrow(/got a promise/);
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });

  it("says null of null", () => {
    expect(() => bearerToken(null as unknown as string)).toThrow(/got null: /);
  });

  it.each(["two words", "é", "a\nb"])("refuses %j, which a header cannot carry", (secret) => {
    expect(() => bearerToken(secret)).toThrow(/may only have letters, digits and \._~\+\/=-$/);
    expect(() => pathToken(secret)).toThrow(/may only have letters, digits and \._~\+=-$/);
    expect(() => pathToken("a/b")).toThrow(/may only have letters, digits and \._~\+=-$/);
  });
});

describe("an authenticate", () => {
  it("of a bearer token lets in who has it", () => {
    const isIn = bearerToken("a.b-c_d~e+f/g=");
    expect(isIn(withHeader("Bearer a.b-c_d~e+f/g="))).toBe(true);
    expect(isIn(withHeader("bearer  a.b-c_d~e+f/g="))).toBe(true);
    for (const other of ["Bearer a.b", "Bearer", "Basic a.b-c_d~e+f/g=", "a.b-c_d~e+f/g=", ""]) {
      expect(isIn(withHeader(other)), other).toBe(false);
    }
    expect(isIn(at("/"))).toBe(false);
  });

  it("of a path lets in who has it there", () => {
    const isIn = pathToken("f3a1");
    expect(isIn(at("/statefun/f3a1"))).toBe(true);
    expect(isIn(at("/f3a1?x=/no"))).toBe(true);
    for (const other of ["/statefun/f3a1/", "/statefun", "/statefun/undefined", "/", "/x?/f3a1"]) {
      expect(isIn(at(other)), other).toBe(false);
    }
  });

  it("of a path needs a path alone, which is what Bun gives of a request without a Host", () => {
    const request = at("/f3a1");
    Object.defineProperty(request, "url", { value: "/statefun/f3a1", configurable: true });
    expect(pathToken("f3a1")(request)).toBe(true);
    Object.defineProperty(request, "url", { value: "http://a b/f3a1", configurable: true });
    expect(pathToken("f3a1")(request)).toBe(false);
  });

  it("asks again for a secret that changes", () => {
    let secret = "old";
    const isIn = bearerToken(() => secret);
    expect(isIn(withHeader("Bearer old"))).toBe(true);
    secret = "new";
    expect(isIn(withHeader("Bearer old"))).toBe(false);
    expect(isIn(withHeader("Bearer new"))).toBe(true);
  });
});

it.each([{}, Object.create(null), Symbol("x"), 7, ["secret"]])(
  "equalsSecret: what is no text is not the secret: %#",
  (given) => {
    expect(equalsSecret(given as never, "secret")).toBe(false);
  },
);
