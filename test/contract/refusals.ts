import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import {
  batchOf,
  bodyOf,
  expectAlive,
  octetStream,
  post,
  readFailure,
  readOutcome,
  type Server,
  smallBatch,
  wireValue,
} from "./client.ts";
import { blob } from "./functions.ts";

const body = () => bodyOf(codecV3, smallBatch());

export function registerRefusals(server: Server): void {
  const auto = () => `${server()}/auto`;

  describe("methods", () => {
    it.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
      const response = await fetch(auto(), { method });
      await response.arrayBuffer();
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("POST");
    });
  });

  describe("content types", () => {
    it.each(["text/plain", "application/json", "application/octet-streams", "*/*"])(
      "refuses %s",
      async (type) => {
        const response = await post(auto(), body(), { headers: { "content-type": type } });
        expect((await readFailure(response)).status).toBe(415);
      },
    );

    it("refuses a body without a type", async () => {
      const response = await post(auto(), body(), { headers: {} });
      expect((await readFailure(response)).status).toBe(415);
    });

    it.each(["gzip", "identity", "br"])("refuses the content encoding %s", async (encoding) => {
      const headers = { ...octetStream, "content-encoding": encoding };
      expect((await readFailure(await post(auto(), body(), { headers }))).status).toBe(415);
    });

    it("takes the type in other letters", async () => {
      const headers = { "content-type": "Application/Octet-Stream" };
      await readOutcome(await post(auto(), body(), { headers }), codecV3);
    });
  });

  describe.each(["/secret", "/secret-later"])("authenticate on %s", (path) => {
    const withCredentials = (authorization: string) =>
      post(`${server()}${path}`, body(), { headers: { ...octetStream, authorization } });

    it("refuses who is not let in, and says nothing else", async () => {
      const response = await withCredentials("Bearer something-else");
      expect(await readFailure(response)).toEqual({ status: 401, line: "unauthenticated" });
    });

    it("lets in who is", async () => {
      await readOutcome(await withCredentials("Bearer let-me-in"), codecV3);
    });
  });

  it("lets nobody in when authenticate throws", async () => {
    const { status } = await readFailure(await post(`${server()}/secret-later`, body()));
    expect(status).toBeGreaterThanOrEqual(401);
  });

  describe("bodies that are no request", () => {
    const malformed: readonly [name: string, hex: string][] = [
      ["no bytes", ""],
      ["text", Buffer.from("hello").toString("hex")],
      ["a request without a batch", "0a0161"],
      ["a request without a target", "a20600"],
      ["a request that is cut", Buffer.from(body()).toString("hex").slice(0, -2)],
      ["a field longer than the body", "a206ffffffff0f"],
      ["groups nested too deeply", "0b".repeat(1_000)],
      ["a name that is no UTF-8", "a2060a0a080a01ff12017812 00".replace(" ", "")],
    ];

    it.each(malformed)("refuses %s", async (_name, hex) => {
      for (const path of ["/auto", "/v2", "/v3"]) {
        const response = await post(`${server()}${path}`, Buffer.from(hex, "hex"));
        const { status, line } = await readFailure(response);
        expect(line).toMatch(/^malformed_request\b/);
        expect(status).toBe(400);
      }
    });
  });

  describe("limits", () => {
    const small = () => `${server()}/small`;
    const ofSize = (size: number) => {
      const rest = batchOf("contract/echo", [wireValue(blob, new Uint8Array(size))]);
      return bodyOf(codecV3, rest);
    };

    it("takes a body below maxBodyBytes", async () => {
      await readOutcome(await post(small(), ofSize(19_000)), codecV3);
    });

    it("refuses a larger one and names the limit", async () => {
      const { status, line } = await readFailure(await post(small(), ofSize(21_000)));
      expect(status).toBe(413);
      expect(line).toContain("maxBodyBytes");
    });

    it("refuses a request of too many invocations and names the limit", async () => {
      const [first] = smallBatch().invocations;
      const invocations = Array.from({ length: 10_001 }, () => first ?? never());
      const response = await post(auto(), bodyOf(codecV2, { ...smallBatch(), invocations }));
      const { status, line } = await readFailure(response);
      expect(status).toBe(413);
      expect(line).toContain("maxInvocations");
    });

    it("goes on after all of that", () => expectAlive(server));
  });
}

function never(): never {
  throw new TypeError("there is one");
}
