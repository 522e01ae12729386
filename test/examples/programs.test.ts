import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { Cluster } from "../../examples/cluster/driver.ts";
import { Hello } from "../../examples/greeter/functions.ts";
import { endProgram, startExample, waitForOutput } from "../docs/programs.ts";
import { root } from "../docs/documents.ts";

describe("examples/cluster/serve.ts", () => {
  it("serves the functions of a file to a cluster, until it is asked to end", async () => {
    const child = startExample("examples/cluster/serve.ts", [
      join(root, "examples/greeter/functions.ts"),
    ]);
    try {
      const url = (await waitForOutput(child, /http:\S+/)).trim();
      const lines: string[] = [];
      const cluster = new Cluster({ url, codec: codecV3, print: (line) => lines.push(line) });
      cluster.send("greeter/person", "zoe", Hello.of({ name: "Zoë" }));
      await cluster.run();
      expect(lines.join("\n")).toContain("Welcome, Zoë.");
    } finally {
      expect(await endProgram(child)).toBe(0);
    }
  });

  it.for([
    ["examples/cluster/show.ts", "exports no StatefulFunctions"],
    ["examples/nothing.ts", "nothing.ts"],
  ])("says what is wrong with %s", async ([path, text]) => {
    const child = startExample("examples/cluster/serve.ts", [join(root, String(path))]);
    await expect(waitForOutput(child, /http:\S+/)).rejects.toThrow(text);
    expect(await endProgram(child)).not.toBe(0);
  });
});

describe("examples/chat-room/server.ts", () => {
  it("serves the page, and ends when it is asked to", async () => {
    const folder = mkdtempSync(join(tmpdir(), "statefun-chat-"));
    const STORE = join(folder, "chat.db");
    const child = startExample("examples/chat-room/server.ts", [], 0, { STORE });
    try {
      const url = (await waitForOutput(child, /http:\S+/)).trim();
      expect(await (await fetch(url)).text()).toContain("<title>Chat room</title>");
    } finally {
      expect(await endProgram(child)).toBe(0);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
