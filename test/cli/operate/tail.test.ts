import { describe, expect, it } from "vitest";
import { inTime, start } from "./app.ts";
import { operator, startOperator } from "./operators.ts";
import { proxyOf, serverOf } from "./proxy.ts";

describe("tail", () => {
  it("prints what changes until Ctrl-C, which is no failure", async () => {
    const { url, shop } = await start();
    shop.trouble = "the bank is closed";
    const tail = startOperator(url, ["tail", "--topic", "overview,errors", "--topic", "troubles"]);
    await tail.says(/ overview {2}status=ok functions=6 /);
    await operator(url, ["send", "shop/stuck", "a", "x"]);
    await tail.says(/ troubles {2}troubles=1 \(first: \{.*the bank is closed/);
    await tail.says(/ errors {2}errors=1 \(first: /);
    tail.process.kill("SIGINT");
    expect(await tail.ended).toMatchObject({ code: 0, errors: "" });
    expect(tail.output).toMatch(/^(?:\d\d:\d\d:\d\d [a-z]+ {2}\S.*\n)+$/);
  });

  it("prints objects for tools", async () => {
    const { url } = await start();
    const tail = startOperator(url, ["tail", "--json"]);
    await tail.says(/\n/);
    tail.process.kill("SIGTERM");
    await tail.ended;
    const [first = ""] = tail.output.split("\n");
    expect(JSON.parse(first)).toMatchObject({ topic: "overview", data: { status: "ok" } });
  });

  it("connects again", async () => {
    const { url } = await start();
    let count = 0;
    const proxy = await proxyOf(url, (asked) => {
      count++;
      if (count <= 2) setTimeout(() => asked.socket.destroy(), 300);
      return count !== 3;
    });
    const tail = startOperator(proxy, ["tail"]);
    await expect.poll(() => tail.output.split("\n").length, inTime).toBeGreaterThan(3);
    expect(tail.errors).toMatch(/^(?:connecting again in \d+ ms: .*\n){2,}$/);
    tail.process.kill("SIGINT");
    expect(await tail.ended).toMatchObject({ code: 0 });
  });

  it("ends where it is refused, at first and later", async () => {
    const { url } = await start();
    expect(await operator(url, ["tail", "--topic", "nope"])).toMatchObject({ code: 1, output: "" });
    let count = 0;
    const turned = await serverOf((_, response) => {
      if (++count > 1)
        return void response
          .writeHead(401)
          .end('{"error":{"code":"unauthenticated","message":"no"}}');
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(
        ': hello\r\n\r\nevent: a\u001b\r\ndata: {"b":\r\ndata: [1,2]}\r\n\r\ndata: text\n\nid: 1\ndata: cut',
      );
    });
    const ended = await operator(turned, ["tail"]);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.output).toMatch(/ a\\u001b {2}b=2 \(first: 1\)\n.* message {2}text\n$/);
    expect(ended.errors).toMatch(
      /^connecting again .*\nstatefun: no: the server does not accept these credentials \(unauthenticated, GET \S+\/admin\/live\)\n$/,
    );
  });

  it("ends with a pipe that is closed", async () => {
    const { url } = await start();
    const tail = startOperator(url, ["tail"]);
    await tail.says(/overview/);
    tail.process.stdout?.destroy();
    await operator(url, ["pause", "shop/cart"]);
    expect(await tail.ended).toMatchObject({ code: 0 });
  });
});
