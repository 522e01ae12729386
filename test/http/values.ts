import { double, int } from "statefun";
import { expect, it } from "vitest";
import {
  asBytes,
  asJson,
  asText,
  call,
  freshId,
  post,
  refused,
  type Server,
  wait,
} from "./client.ts";

export function registerValues(server: Server): void {
  const to = (name: string, id = freshId()) => `/functions/http/${name}/${id}`;
  const total = async (id: string) =>
    Object(await call(server, to("counter", id), { amount: 0 })).total;

  const echoed = async (headers: Record<string, string>, body: BodyInit) => {
    const response = await post(server, to("echo"), {
      headers: { ...headers, ...wait(20) },
      body,
    });
    return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
  };

  it("are text, in UTF-8", async () => {
    const { response, bytes } = await echoed(asText, "é 🙂 \0");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("statefun-type")).toBe("io.statefun.types/string");
    expect(new TextDecoder().decode(bytes)).toBe("é 🙂 \0");
  });

  it("are JSON of the one type that takes it, or of the named one", async () => {
    const json = { ...asJson, "statefun-type": "http/Note" };
    for (const headers of [asJson, json]) {
      const { response, bytes } = await echoed(headers, '{"a":[1,"\\u00e9",null]}');
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(response.headers.get("statefun-type")).toBe("http/Note");
      expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({ a: [1, "é", null] });
    }
  });

  it("are JSON to the last digit, sign and space", async () => {
    const body = ' {"n":12345678901234567890, "z":-0,"e":1e400,"x":1,"x":2.50}';
    const { bytes } = await echoed(asJson, body);
    expect(new TextDecoder().decode(bytes)).toBe(body);
  });

  it("are bytes of the type that the header names", async () => {
    const { response, bytes } = await echoed(asBytes("http/blob"), Uint8Array.of(0, 255, 10));
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("statefun-type")).toBe("http/blob");
    expect([...bytes]).toEqual([0, 255, 10]);
  });

  it.each<[name: string, json: string, value: unknown]>([
    ["int", "-7", -7],
    ["long", '"9007199254740993"', 9_007_199_254_740_993n],
    ["long", "12", 12n],
    ["bool", "true", true],
    ["float", "0.5", 0.5],
    ["double", '"NaN"', Number.NaN],
    ["string", '"é"', "é"],
  ])("are a scalar in JSON where its type is named: %s %s", async (name, json, value) => {
    const typename = `io.statefun.types/${name}`;
    const { response, bytes } = await echoed({ ...asJson, "statefun-type": typename }, json);
    expect(response.status, new TextDecoder().decode(bytes)).toBe(200);
    expect(response.headers.get("statefun-type")).toBe(typename);
    if (name === "string") expect(new TextDecoder().decode(bytes)).toBe(value);
    if (name === "int") expect(int.decode(bytes)).toBe(value);
    if (name === "double") expect(double.decode(bytes)).toBe(value);
  });

  it.each<[name: string, json: string]>([
    ["int", "1.5"],
    ["int", '"7"'],
    ["int", "2147483648"],
    ["long", "9007199254740993"],
    ["long", '"9223372036854775808"'],
    ["bool", "1"],
    ["string", "{}"],
    ["double", '"nan"'],
  ])("are refused where they are none of the type: %s %s", async (name, json) => {
    const headers = { ...asJson, "statefun-type": `io.statefun.types/${name}` };
    const response = await post(server, to("echo"), { headers, body: json });
    await refused(response, 422, "value_invalid");
  });

  it("are taken as they are by a function that takes anything", async () => {
    const headers = { ...asBytes("some/thing"), ...wait(20) };
    const response = await post(server, to("any"), { headers, body: "whatever" });
    expect(response.headers.get("statefun-type")).toBe("some/thing");
    expect(await response.text()).toBe("whatever");
  });

  it("are refused by the schema, and nothing is enqueued", async () => {
    const id = freshId();
    const bytes = new TextEncoder().encode('{"amount":-1}');
    for (const headers of [asJson, asBytes("http/Add")]) {
      const response = await post(server, to("counter", id), { headers, body: bytes });
      const { message } = await refused(response, 422, "value_invalid");
      expect(message).toContain("amount must be an integer from 0 on");
    }
    expect(await total(id)).toBe(0);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["a type that the function does not accept", asBytes("other/type"), 400, "invalid_argument"],
    [
      "bytes without a type",
      { "content-type": "application/octet-stream" },
      400,
      "invalid_argument",
    ],
    ["an empty type", { ...asJson, "statefun-type": "" }, 400, "invalid_argument"],
    ["text for a function of JSON", asText, 415, "unsupported_media_type"],
    ["text of another type", { ...asText, "statefun-type": "http/Add" }, 400, "invalid_argument"],
    ["another type of body", { "content-type": "application/xml" }, 415, "unsupported_media_type"],
    [
      "a form",
      { "content-type": "multipart/form-data; boundary=x" },
      415,
      "unsupported_media_type",
    ],
  ])("are refused as %s", async (_, headers, status, code) => {
    const response = await post(server, to("counter"), { headers, body: '{"amount":1}' });
    await refused(response, status, code);
  });

  it("are refused as JSON where several types would take it and none is named", async () => {
    const response = await post(server, to("any"), { headers: asJson, body: "1" });
    const { message } = await refused(response, 400, "invalid_argument");
    expect(message).toMatch(/statefun-type/i);
  });
}
