import { json, shape } from "statefun";
import { exportRequests } from "statefun/migration";
import { loadModule } from "statefun/module";
import { afterAll, describe, expect, it } from "vitest";
import { writePrograms } from "../docs/block-programs.ts";
import { blocksOf } from "../docs/blocks.ts";
import { section, tableRows } from "../docs/documents.ts";
import { parseYaml } from "../docs/yaml.ts";
import { exportMessage, type Handler, LittleCluster, message } from "./little-cluster.ts";

const document = "docs/moving.md";
const programs = writePrograms("migration");
afterAll(() => programs.remove());

const Visit = json("shop/Visit", shape<{ cents: number }>());

describe("docs/moving.md", () => {
  it("has a wrapper whose function counts, and gives its state", async () => {
    const { handler } = await programs.load(document, "wrapped.ts");
    // What the document calls so.
    const cluster = new LittleCluster(handler as Handler);
    await cluster.send("shop/customer", "1", message(Visit.typename, Visit.encode({ cents: 250 })));
    await cluster.send("shop/customer", "1", exportMessage("r"));
    expect(JSON.parse(cluster.records[0] ?? "")).toMatchObject({ kind: "exported", request: "r" });
    expect(cluster.records[0]).toContain('"bytes":"DfoAAAA="');
  });

  it("has a module.yaml whose topics have one function each, and types that the wrapper answers", async () => {
    const [yaml] = blocksOf(document).filter(({ language }) => language === "yaml");
    const documents = parseYaml(yaml?.text ?? "");
    expect(documents).toMatchObject([
      {
        kind: "io.statefun.kafka.v1/ingress",
        spec: {
          topics: ["export", "import"].map((kind) => ({
            topic: `${kind}.shop.customer`,
            valueType: `statefun.migration/${kind}`,
            targets: ["shop/customer"],
          })),
        },
      },
      { kind: "io.statefun.kafka.v1/egress", spec: { id: "shop/records" } },
    ]);
    await loadModule(yaml?.text ?? "");
  });

  it("calls the topics of its program as that module.yaml does", async () => {
    const [program] = blocksOf(document).filter(({ name }) => name === "move.ts");
    const line = /^const topicOf = .*$/m.exec(program?.text ?? "")?.[0];
    expect(line).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program.
      'const topicOf = (kind: string) => (typename: string) => `${kind}.${typename.replace("/", ".")}`;',
    );
    const topic = (typename: string) => `export.${typename.replace("/", ".")}`;
    const instances = [{ typename: "shop/customer", id: "1" }];
    for await (const record of exportRequests(instances, { request: "r", topic })) {
      expect(record).toEqual({ topic: "export.shop.customer", key: "1", value: "r" });
    }
  });

  it("lists the options of the wrapper", () => {
    const names = tableRows(section(document, "## From a Flink cluster")).map(([name]) => name);
    expect(names).toEqual(
      ["egress", "topic", "maxRecordBytes", "states", "fetch"]
        .map((name) => `\`${name}\``)
        .concat("others"),
    );
  });
});
