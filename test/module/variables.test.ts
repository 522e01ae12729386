import { loadModule } from "statefun/module";
import { describe, expect, it } from "vitest";
import { load } from "./loaded.ts";

/** As it is written in a file; spelt out, it would be one of a template. */
const variable = (name: string) => `\${${name}}`;

/** Without its end. */
const open = variable("open").slice(0, -1);

const file = (address: string, rest = "") => `kind: io.statefun.kafka.v1/egress
spec:
  id: demo/out
  address: ${address}
${rest}`;

const addressWith = async (address: string, variables: Record<string, string | undefined>) => {
  const { egresses } = await load(file(address), { variables });
  return Object(egresses[0]).address;
};

describe("a variable", () => {
  it("stands for a text within a value, any number of times", async () => {
    const text = `${variable("HOST")}:${variable("PORT")},${variable("HOST")}:1`;
    expect(await addressWith(text, { HOST: "kafka", PORT: "9092" })).toBe("kafka:9092,kafka:1");
  });

  it("has any name, and a value that is not looked at again", async () => {
    const name = "kafka.address of-mine";
    const nested = `$& ${variable("OTHER")}`;
    expect(await addressWith(variable(name), { [name]: nested })).toBe(nested);
  });

  it("can be a number, or a duration, where one is expected", async () => {
    const transport = { timeouts: { call: variable("CALL") } };
    const spec = { functions: "a/*", urlPathTemplate: "http://a", transport };
    const document = { kind: "io.statefun.endpoints.v2/http", spec };
    const batch = { ...document, spec: { ...spec, maxNumBatchRequests: variable("BATCH") } };
    const { endpoints } = await load(batch, { variables: { CALL: "5 s", BATCH: "7" } });
    expect(endpoints).toMatchObject([{ timeoutMs: 5_000, maxNumBatchRequests: 7 }]);
  });

  it("does not change the structure, whatever is in it", async () => {
    expect(await addressWith(variable("A"), { A: "a\nid: b/c" })).toBe("a\nid: b/c");
  });

  it("is none in a name, in a comment, and without its end", async () => {
    const rest = `  properties: # ${variable("C")}\n    - "${variable("N")}": v\n`;
    const { egresses } = await load(file(open, rest));
    expect(egresses).toMatchObject([
      { address: open, properties: new Map([[variable("N"), "v"]]) },
    ]);
  });

  it("takes nothing from the environment, nor from what an object inherits", async () => {
    for (const name of ["PATH", "constructor", "__proto__", "toString"]) {
      await expect(loadModule(file(variable(name)))).rejects.toMatchObject({
        code: "module_invalid",
        message: `spec.address: expected a value for the variable ${name}, got none in "${variable(name)}" (line 4, column 12)`,
      });
    }
  });

  it("that is undefined, as in an environment, is none", async () => {
    await expect(addressWith(variable("A"), { A: undefined })).rejects.toThrow("the variable A");
  });

  it("must be a text", async () => {
    const variables = { A: 1 as unknown as string };
    await expect(loadModule(file("a"), { variables })).rejects.toMatchObject({
      code: "invalid_argument",
      message: "the variable A must be a string of well-formed Unicode, got 1",
    });
  });
});
