import { describe, expect, it } from "vitest";
import { startPlayground } from "./dev.ts";

describe("the ingress port of the playground", () => {
  it("takes what the READMEs of the playground send, and says when it is stored", async () => {
    const playground = startPlayground();
    const response = await playground.greet("Bob");
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ id: expect.any(String), duplicate: false });
    expect(await playground.next()).toBe("Hello Bob 1");
    await playground.greet("Bob");
    expect(await playground.next()).toBe("Hello Bob 2");
  });

  it("takes text as text, whatever else it is called, and bytes of the type that is named", async () => {
    const playground = startPlayground();
    const { ingress } = await playground.ports();
    const put = async (body: string | Uint8Array<ArrayBuffer>, type?: string, id = "zoe") => {
      const headers = type === undefined ? {} : { "content-type": type };
      const url = `${ingress}/example/person/${id}`;
      // A body of bytes has no type of its own.
      const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
      return (await fetch(url, { method: "PUT", headers, body: bytes })).status;
    };
    expect(await put("Zoé")).toBe(202);
    expect(await playground.next()).toBe("Hello Zoé 1");
    // What curl -d says by itself.
    expect(await put("Ann", "application/x-www-form-urlencoded")).toBe(202);
    expect(await playground.next()).toBe("Hello Ann 2");
    expect(await put('{"name":"Joe"}', "application/vnd.example/GreetRequest; charset=utf-8")).toBe(
      202,
    );
    expect(await playground.next()).toBe("Hello Joe 3");
    const text = new Uint8Array([10, 2, 72, 105]);
    expect(await put(text, "application/vnd.io.statefun.types/string")).toBe(202);
    expect(await playground.next()).toBe("Hello Hi 4");
    expect(await put("Ann", undefined, "a%2Fb%20c")).toBe(202);
    expect(await playground.next()).toBe("Hello Ann 1");
  });

  it("says in a status and in words what is wrong, and sends nothing then", async () => {
    const playground = startPlayground();
    const { ingress } = await playground.ports();
    const answer = async (
      path: string,
      { type, body = "x", method = "PUT" }: { type?: string; body?: unknown; method?: string } = {},
    ) => {
      const headers = type === undefined ? {} : { "content-type": type };
      const sent = method === "GET" ? {} : { body: body as string };
      const response = await fetch(`${ingress}${path}`, { method, headers, ...sent });
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      return `${response.status} ${error.code}: ${error.message}`;
    };
    const greet = "application/vnd.example/GreetRequest";
    expect(await answer("/example/nobody/1")).toBe(
      '404 unknown_function: unknown function "example/nobody"',
    );
    for (const path of ["/", "/example", "/example/person", "/example/person/", "/a/b/c/d"]) {
      expect(await answer(path)).toMatch(/^404 not_found: the path must be \/\{namespace\}/);
    }
    expect(await answer("/example/person/1", { method: "GET" })).toMatch(/^405 method_not_allowed/);
    expect(await answer("/example/person/1", { method: "DELETE" })).toMatch(/^405 /);
    expect(await answer("/example/person/1", { type: greet, body: "{" })).toMatch(
      /^422 value_invalid/,
    );
    expect(await answer("/example/person/1", { type: "application/vnd.example/Other" })).toMatch(
      /^400 invalid_argument: .*example\/Other/,
    );
    const noText = new Uint8Array([0xff]);
    expect(await answer("/example/person/1", { body: noText })).toMatch(/^400 .*UTF-8/);
    expect(await answer("/example/person/%ff")).toMatch(/^400 invalid_argument/);
    expect((await playground.poll()).status).toBe(204);
    const { url } = await playground.ports();
    const instance = await fetch(`${url}/admin/instances/example/person/1`);
    expect(await instance.json()).toMatchObject({ state: {}, mailbox: [] });
  });

  it("refuses pages of other sites", async () => {
    const playground = startPlayground();
    const { ingress, egress } = await playground.ports();
    for (const url of [`${ingress}/example/person/1`, `${egress}/greetings`]) {
      const response = await fetch(url, { headers: { origin: "https://elsewhere.example" } });
      expect(response.status).toBe(401);
    }
  });
});
