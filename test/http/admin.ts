import { describe, expect, it } from "vitest";
import { registerLargeValues } from "./admin-values.ts";
import {
  asJson,
  asText,
  call,
  credentials,
  freshId,
  meant,
  operator,
  post,
  refused,
  type Server,
  send,
  taken,
  wait,
} from "./client.ts";

export function registerAdmin(server: Server): void {
  const ask = (path: string, method = "GET", headers: Record<string, string> = operator) =>
    fetch(`${server()}/admin${path}`, {
      method,
      headers: method === "GET" ? headers : { ...meant, ...headers },
    });
  const read = async (path: string) => {
    const response = await ask(path);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return JSON.parse(text);
  };
  /** A dead letter of its own, by the text in it. */
  const fail = async (text: string) => {
    const headers = { ...asText, ...wait(20) };
    const response = await post(server, "/functions/http/failing/1", { headers, body: text });
    await refused(response, 422, "dead_letter");
    return letterOf(text);
  };
  const letterOf = async (text: string) => {
    for (let after = "0"; ; ) {
      const { deadLetters, next } = await read(`/dead-letters?limit=1000&after=${after}`);
      const found = deadLetters.findLast(
        (one: { message: { value: unknown } }) => one.message.value === text,
      );
      if (found !== undefined || deadLetters.length === 0) return found;
      after = next;
    }
  };

  it("have credentials of their own", async () => {
    const paths = [
      "/functions",
      "/instances/http/counter/1",
      "/dead-letters",
      "/dead-letters/1",
      "/x",
    ];
    for (const path of paths) {
      await refused(await ask(path, "GET", {}), 401, "unauthenticated");
      await refused(await ask(path, "GET", credentials), 401, "unauthenticated");
    }
  });

  it("see every function with its types, and every kept egress", async () => {
    const { functions, egresses } = await read("/functions");
    expect(functions).toContainEqual(
      expect.objectContaining({
        typename: "http/counter",
        accepts: ["http/Add"],
        replies: ["http/Total"],
        states: [{ name: "total", type: "io.statefun.types/int" }],
      }),
    );
    expect(functions.map(({ typename }: { typename: string }) => typename)).toContain(
      "http/unexposed",
    );
    expect(egresses).toContainEqual({ typename: "http/hidden" });
  });

  it("see the state of an instance", async () => {
    const id = `é/${freshId()}`;
    const path = `/http/counter/${encodeURIComponent(id)}`;
    await call(server, `/functions${path}`, { amount: 3 });
    expect(await read(`/instances${path}`)).toEqual({
      typename: "http/counter",
      id,
      state: {
        total: {
          typename: "io.statefun.types/int",
          value: 3,
          etag: expect.stringMatching(/^"io\.statefun\.types%2Fint%20\d+%20[0-9a-f]{16}"$/),
        },
      },
      mailboxLength: 0,
      mailbox: [],
      timers: [],
    });
  });

  it("see what waits for an instance", async () => {
    const id = freshId();
    const int = { "statefun-type": "io.statefun.types/int" };
    for (const ms of [1_500, 1, 2]) await send(server, `/functions/http/late/${id}`, ms, int);
    const { mailbox, mailboxLength } = await read(`/instances/http/late/${id}`);
    expect(mailboxLength).toBe(3);
    expect(mailbox.map(({ value }: { value: unknown }) => value)).toEqual([1_500, 1, 2]);
  });

  it("see the timers of an instance", async () => {
    const id = freshId();
    const path = `/functions/http/later/${id}`;
    await taken(await post(server, path, { headers: asText, body: "token" }));
    const timers = async () => (await read(`/instances/http/later/${id}`)).timers;
    await expect.poll(async () => (await timers()).length).toBe(1);
    const [timer] = await timers();
    expect(timer).toEqual({
      number: expect.stringMatching(/^\d+$/),
      atMs: expect.any(Number),
      to: { typename: "http/silent", id },
      message: { typename: "io.statefun.types/string", value: "tick" },
      cancellationToken: "token",
    });
    expect(timer.atMs).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it("see nothing of a function that nobody has, and of an instance that was never used", async () => {
    await refused(await ask("/instances/nobody/knows/1"), 404, "unknown_function");
    await refused(await ask("/instances/statefun/ingress/1"), 400, "invalid_argument");
    expect(await read(`/instances/http/counter/${freshId()}`)).toMatchObject({ state: {} });
  });

  describe("have the dead letters", () => {
    it("with the message and the reason", async () => {
      const text = freshId();
      expect(await fail(text)).toEqual({
        id: expect.stringMatching(/^\d+$/),
        address: { typename: "http/failing", id: "1" },
        message: { typename: "io.statefun.types/string", value: text, headers: [] },
        error: { code: "non_retryable", message: "it can never be" },
        attempts: 1,
        failedAtMs: expect.any(Number),
      });
    });

    it("page by page, and of one function where it is named", async () => {
      const first = await fail(freshId());
      const second = await fail(freshId());
      const query = `?after=${first.id}&limit=1&function=http%2Ffailing`;
      expect(await read(`/dead-letters${query}`)).toEqual({
        deadLetters: [second],
        next: second.id,
      });
      expect(await read("/dead-letters?function=http%2Fcounter")).toEqual({
        deadLetters: [],
        next: "0",
      });
    });

    it("to send them again", async () => {
      const text = freshId();
      const { id } = await fail(text);
      const response = await ask(`/dead-letters/${id}/replay`, "POST");
      expect([response.status, await response.json()]).toEqual([
        200,
        { duplicate: false, count: 1 },
      ]);
      // It fails again, as another one.
      await expect.poll(async () => (await letterOf(text))?.id ?? id).not.toBe(id);
      await refused(await ask(`/dead-letters/${id}/replay`, "POST"), 404, "not_found");
    });

    it("to forget them", async () => {
      const text = freshId();
      const { id } = await fail(text);
      expect((await ask(`/dead-letters/${id}`, "DELETE")).status).toBe(200);
      expect(await letterOf(text)).toBeUndefined();
      await refused(await ask(`/dead-letters/${id}`, "DELETE"), 404, "not_found");
    });

    it("also those whose message JSON cannot say again", async () => {
      const deep = `${"[".repeat(40_000)}${"]".repeat(40_000)}`;
      const headers = { "content-type": "application/octet-stream", "statefun-type": "http/Note" };
      await taken(await post(server, "/functions/http/failing/2", { headers, body: deep }));
      const text = freshId();
      await fail(text);
      expect(await letterOf(text)).toMatchObject({ message: { value: text } });
    });

    it.each(["x", "-1", "1.5", "%00", "99999999999999999"])(
      "by ids alone: %s is none",
      async (id) => {
        await refused(await ask(`/dead-letters/${id}`, "DELETE"), 400, "invalid_argument");
      },
    );
  });

  describe("of what is large", () => registerLargeValues(server));

  it("see an instance by any id, those too that no path can have", async () => {
    for (const id of [
      ".",
      "..",
      "",
      "a/b",
      "\u0000\u001b[31m\u202e",
      "%2F",
      "é🙂",
      "x".repeat(5_000),
    ]) {
      const query = new URLSearchParams({ function: "http/counter", id });
      expect(await read(`/instance?${query}`)).toMatchObject({ id, state: {}, mailboxLength: 0 });
    }
    await refused(await ask("/instance?function=http%2Fcounter"), 400, "invalid_argument");
    await refused(await ask("/instance?id=1"), 400, "invalid_argument");
    await refused(await ask("/instance?function=nobody&id=1"), 400, "invalid_argument");
  });

  it.each([
    "/instances/http/counter/1?after=x",
    "/instances/http/counter/1?after=",
    "/instances/http/counter/1?after=m",
    "/instances/http/counter/1?after=m-1",
    "/instances/http/counter/1?after=t1.5",
    "/instances/http/counter/1?after=m99999999999999999",
    "/instances/http/counter/1?limit=0",
    "/instances/http/counter/1?limit=1001",
    "/instances/http/counter/1?limit=ten",
    "/dead-letters?after=x",
    "/dead-letters?limit=-1",
    "/value",
    "/value?of=x",
    "/value?of=dead-letter",
    "/value?of=dead-letter&id=x",
    "/value?of=record&egress=http%2Ftotals",
    "/value?of=state&function=http%2Fcounter&id=1",
    "/value?of=message&function=http%2Fcounter&id=1&number=-1",
  ])("are told what is wrong with %s", async (path) => {
    await refused(await ask(path), 400, "invalid_argument");
  });

  it.each<[string, string, string]>([
    ["/functions", "POST", "GET, HEAD"],
    ["/value", "POST", "GET, HEAD"],
    ["/instance", "POST", "GET, HEAD, DELETE"],
    ["/instances/http/counter/1", "DELETE", "GET, HEAD"],
    ["/dead-letters", "DELETE", "GET, HEAD"],
    ["/dead-letters/1", "GET", "DELETE"],
    ["/dead-letters/1/replay", "GET", "POST"],
  ])("are told what %s takes, which is not %s", async (path, method, allow) => {
    const response = await ask(path, method, { ...operator, ...asJson });
    expect(response.headers.get("allow")).toBe(allow);
    await refused(response, 405, "method_not_allowed");
  });

  it.each([
    "",
    "/",
    "/x",
    "/functions/x",
    "/instances",
    "/instances/http",
    "/dead-letters/1/x",
    "/dead-letters/1/replay/x",
  ])("find nothing at %s", async (path) => {
    await refused(await ask(path, path.includes("replay") ? "POST" : "GET"), 404, "not_found");
  });
}
