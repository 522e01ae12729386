import { describe, expect, it } from "vitest";
import {
  asBytes,
  asJson,
  asText,
  expectAlive,
  freshId,
  post,
  refused,
  type Server,
  taken,
  wait,
} from "./client.ts";

const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
const invalidUtf8 = Uint8Array.of(0x22, 0xc3, 0x28, 0x22);

export function registerBodies(server: Server, behindProxy: boolean): void {
  const to = (name: string, id = freshId()) => `/functions/http/${name}/${id}`;
  const echo = (headers: Record<string, string>, body: BodyInit) =>
    post(server, to("echo"), { headers, body });

  describe("of JSON", () => {
    it.each([
      ["nothing", ""],
      ["blanks", " \n"],
      ["half of it", '{"amount":'],
      ["two of it", "{}{}"],
      ["JavaScript", "{amount: 1}"],
      ["a byte order mark", '\ufeff{"amount":1}'],
      ["a comment", '{"amount":1}//'],
      ["NaN", "NaN"],
      ["a single quote", "'x'"],
      ["a raw control character", '"\n"'],
      ["an open string of 50,000 quotes", '"'.repeat(50_001)],
    ])("are refused when they are %s", async (_, body) => {
      await refused(await echo(asJson, body), 400, "invalid_argument");
    });

    it("are refused when they are no UTF-8", async () => {
      await refused(await echo(asJson, invalidUtf8), 400, "invalid_argument");
    });

    it("may name what objects have by themselves, and nothing becomes of it", async () => {
      const body = '{"__proto__":{"amount":1},"constructor":{"prototype":{"amount":1}}}';
      const response = await echo({ ...asJson, ...wait(20) }, body);
      expect(await response.text()).toBe(body);
      const counted = await post(server, to("counter"), { headers: asJson, body });
      expect([202, 422]).toContain(counted.status);
    });

    it("may be deep, as far as the platform goes, and are refused beyond it", async () => {
      const answered = await echo({ ...asJson, ...wait(20) }, deep(500));
      expect(await answered.text()).toBe(deep(500));
      for (const levels of [5_000, 20_000, 49_000]) {
        const response = await echo(asJson, deep(levels));
        // Which of the two is a matter of the platform's stack.
        if (response.status === 202) await taken(response);
        else await refused(response, 422, "value_invalid");
      }
    });
  });

  it("of text are refused when they are no UTF-8", async () => {
    await refused(await echo(asText, invalidUtf8), 400, "invalid_argument");
  });

  it("of text may be nothing, or begin with a byte order mark", async () => {
    for (const text of ["", "\ufeffx", "\0"]) {
      const response = await echo({ ...asText, ...wait(20) }, text);
      // `text()` would take the mark away.
      expect(Buffer.from(await response.arrayBuffer()).toString("utf8")).toBe(text);
    }
  });

  it("of bytes are refused when they are none of their type", async () => {
    const wrong = Uint8Array.of(0x0a, 0xff, 0x01);
    const headers = asBytes("io.statefun.types/string");
    await refused(await echo(headers, wrong), 422, "value_invalid");
    await refused(await echo(asBytes("http/Note"), "{"), 422, "value_invalid");
  });

  describe("in another form", () => {
    it.each(["iso-8859-1", "utf-16", "UTF-7", "x"])(
      "of charset %s are refused",
      async (charset) => {
        for (const media of ["text/plain", "application/json"]) {
          const headers = { "content-type": `${media}; charset=${charset}` };
          await refused(await echo(headers, '"x"'), 415, "unsupported_media_type");
        }
      },
    );

    it.each(["utf-8", "UTF-8", '"utf-8"', "utf8", "us-ascii"])(
      "of charset %s are taken",
      async (charset) => {
        for (const media of ["text/plain", "Application/JSON"]) {
          const headers = { "content-type": `${media}; charset=${charset}` };
          await taken(await echo(headers, '"x"'));
        }
      },
    );

    it.each(["gzip", "br", "deflate", "x", "gzip, identity"])(
      "encoded with %s are refused",
      async (encoding) => {
        const headers = { ...asJson, "content-encoding": encoding };
        await refused(await echo(headers, "{}"), 415, "unsupported_media_type");
      },
    );

    it("with the encoding identity are taken", async () => {
      await taken(await echo({ ...asJson, "content-encoding": "identity" }, "{}"));
    });
  });

  describe("up to maxMessageBytes", () => {
    it("are taken", async () => {
      // The names of the type and of the instance are a part of the message.
      const body = new Uint8Array(99_900);
      await taken(await echo(asBytes("http/blob"), body));
      await taken(await echo(asJson, `"${"x".repeat(99_898)}"`));
    });

    // A proxy may take an answer that comes before the end of the body for a broken connection.
    it.skipIf(behindProxy)("and no further: the limit is named", async () => {
      const large: readonly [Record<string, string>, BodyInit][] = [
        [asBytes("http/blob"), new Uint8Array(100_001)],
        [asJson, `"${"x".repeat(99_999)}"`],
        [asText, "x".repeat(100_001)],
        // The text itself is not over it, but the message that holds it is.
        [asText, "x".repeat(99_999)],
      ];
      for (const [headers, body] of large) {
        const { message } = await refused(await echo(headers, body), 413, "limit_exceeded");
        expect(message).toContain("maxMessageBytes");
      }
    });
  });

  it("leave the server as it was", () => expectAlive(server));
}
