import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../cli/program.ts";
import { moduleFile, personSource, startPlayground } from "./dev.ts";

describe("the egress port of the playground", () => {
  it("shows a message a request, oldest first, and 204 when there is none", async () => {
    const playground = startPlayground();
    expect((await playground.poll()).status).toBe(204);
    for (const topic of ["greetings", "a/b", "greetings"]) {
      await playground.greet("zoe", { name: "zoe", topic });
    }
    const first = await until(async () => (await playground.poll("a/b")).status === 200).then(() =>
      playground.poll(),
    );
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await first.text()).toBe("Hello zoe 1");
    expect(await playground.next()).toBe("Hello zoe 3");
    expect((await playground.poll()).status).toBe(204);
    expect((await playground.poll("a/b")).status).toBe(204);
  });

  it("knows the topics of the module file alone", async () => {
    const playground = startPlayground();
    const { egress } = await playground.ports();
    const unknown = await fetch(`${egress}/greeting`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({
      error: {
        code: "not_found",
        message:
          'unknown topic "greeting": GET /{topic} with one of greetings, a/b, did you mean greetings?',
      },
    });
    expect((await fetch(`${egress}/`)).status).toBe(404);
    expect((await fetch(`${egress}/greetings`, { method: "POST" })).status).toBe(405);
    const head = await fetch(`${egress}/greetings`, { method: "HEAD" });
    expect(head.status).toBe(405);
  });

  it("shows each message to one of many who ask at one time", async () => {
    const playground = startPlayground();
    const ids = Array.from({ length: 60 }, (_, index) => `p${index}`);
    await Promise.all(ids.map((id) => playground.greet(id)));
    const seen: string[] = [];
    await Promise.all(ids.map(async () => void seen.push(await playground.next())));
    expect(seen.toSorted()).toEqual(ids.map((id) => `Hello ${id} 1`).toSorted());
    expect((await playground.poll()).status).toBe(204);
  });

  it("goes on behind what was shown when a file changes", async () => {
    const playground = startPlayground();
    for (const id of ["a", "b", "c"]) await playground.greet(id);
    expect(await playground.next()).toBe("Hello a 1");
    expect(await playground.next()).toBe("Hello b 1");
    writeFileSync(join(playground.folder, "functions.mts"), personSource("Welcome"));
    await playground.program().says(/"event":"restarted"/);
    expect(await playground.next()).toBe("Hello c 1");
    await playground.greet("a");
    expect(await playground.next()).toBe("Welcome a 2");
  });

  it("loses nothing when it is killed, and shows again what was shown in its last moment at most", async () => {
    const playground = startPlayground();
    const ids = Array.from({ length: 8 }, (_, index) => `p${index}`);
    for (const id of ids) await playground.greet(id);
    const seen: string[] = [];
    for (const _ of ids) {
      const greeting = await playground.next();
      seen.push(greeting);
      // A moment later what was shown is crossed off.
      const isCertain = seen.length % 2 === 0;
      if (isCertain) await new Promise((resolve) => setTimeout(resolve, 300));
      if (seen.length === 2 || seen.length === 5) {
        await playground.killAndStart();
        if (!isCertain) {
          const again = await playground.next();
          // Either it was crossed off just in time, or it comes again.
          if (again !== greeting) seen.push(again);
        }
      }
      if (seen.length === ids.length) break;
    }
    expect(seen).toEqual(ids.map((id) => `Hello ${id} 1`));
    expect((await playground.poll()).status).toBe(204);
  });

  it("tells of records that no topic shows, and keeps them with all the others", async () => {
    const playground = startPlayground({ "module.yaml": moduleFile(["greetings"]) });
    await playground.greet("zoe", { name: "zoe", topic: "greeting" });
    await playground.greet("zoe", { name: "zoe", topic: "" });
    await playground.greet("zoe");
    expect(await playground.next()).toBe("Hello zoe 3");
    const program = playground.program();
    const about = "a record of egress io.statefun.playground/egress";
    await program.says(
      new RegExp(`${about} is for topic .{1,2}greeting.{1,2}, which has no reader`),
    );
    await program.says(new RegExp(`${about} must be a io.statefun.playground/EgressRecord`));
    const { url } = await playground.ports();
    const kept = await fetch(`${url}/egresses/io.statefun.playground/egress`);
    expect(await kept.json()).toMatchObject({
      records: [
        { value: { topic: "greeting", payload: "Hello zoe 1" } },
        { value: "no record" },
        { value: { topic: "greetings", payload: "Hello zoe 3" } },
      ],
    });
  });
});
