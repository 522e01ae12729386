import { StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { subpaths } from "../../docs/site/subpaths.ts";
import { help, helpOf } from "../../src/cli/help.ts";
import { publicNames } from "../package/public-names.ts";
import { readBuilt } from "./built.ts";

describe("the page of the command line", () => {
  const page = readBuilt("reference/cli.md");

  it("has what `statefun --help` prints", () => {
    expect(page).toContain(`\`\`\`text\n${help.trim()}\n\`\`\``);
  });

  it.for([...helpOf])("has what `statefun %s --help` prints", ([name, text]) => {
    expect(page).toContain(`## statefun ${name}\n\n\`\`\`text\n${text.trim()}\n\`\`\``);
  });
});

describe("the page of the administration", () => {
  it("has every route of the product, and every value", async () => {
    const functions = new StatefulFunctions();
    await using runtime = await createRuntime({
      modules: [functions],
      http: { admin: { authenticate: "none" } },
    });
    const url = "http://localhost/admin/openapi.json";
    const document = await (await runtime.fetch(new Request(url))).json();
    const page = readBuilt("reference/admin-api.md");
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(Object(methods))) {
        expect(page).toContain(`### ${method.toUpperCase()} ${path}\n`);
      }
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(page).toContain(`### ${name}\n`);
    }
    expect(JSON.parse(readBuilt("files/admin.openapi.json"))).toEqual(document);
  });
});

describe("the pages of the API", () => {
  it.for(subpaths)("of %s has every name that it exports", (subpath) => {
    const page = readBuilt(`reference/api/${subpath.replace("statefun/", "")}.md`);
    const headings = Array.from(page.matchAll(/^### (?:~~)?(\w+)/gm), ([, name]) => name);
    const { values = [], types = [] } = publicNames[subpath] ?? {};
    expect([...new Set(headings)].toSorted()).toEqual([...values, ...types].toSorted());
  });
});
