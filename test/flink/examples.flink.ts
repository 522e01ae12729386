import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import {
  type AnyType,
  deadLetterTo,
  egress,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import {
  type Command,
  commandsOf,
  type Example,
  examples,
  expectedOf,
  fileOf,
  linesOf,
} from "../examples/gallery.ts";
import { KafkaProducerRecordSchema } from "../gen/v3/egress_pb.ts";
import { runCluster } from "./cluster.ts";
import { serveOnNode } from "./node-server.ts";
import { statefun330 } from "./releases.ts";
import type { ClusterResult } from "./result.ts";
import { type ScriptMessage, StepwiseScript, scriptMessage } from "./script.ts";

const portable = examples.filter(({ isPortable }) => isPortable);

/** Of every vertex each name that it has had; a README shows the newest. */
const components = 6;
/** The message of the showcase that fails on purpose. */
const dead = 1;

interface KafkaLine {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

/** One job that has the functions of all, and gets what their READMEs send. */
describe("the gallery on StateFun 3.3.0", () => {
  let result: ClusterResult;

  beforeAll(async () => {
    const exported = await Promise.all(portable.map(exportsOf));
    const modules = exported.flat().filter((one) => one instanceof StatefulFunctions);
    const transcript = egress("statefun.cluster/transcript");
    const deadLetter = deadLetterTo(transcript, ({ error }) => string.of(error.message));
    const script = new StepwiseScript(
      portable.flatMap((example, n) =>
        commandsOf(example).map((one) => messageOf(exported[n] ?? [], one)),
      ),
    );
    const { observer } = script;
    const server = await serveOnNode(
      requestReplyHandler(modules, { deadLetter, onError: () => {}, observer }),
    );
    try {
      result = await runCluster({
        release: statefun330,
        url: server.url,
        moduleYaml: portable.map((example) => endpointOf(example, server.url)).join("---\n"),
        script,
        settings: {
          egresses: portable.flatMap((one) => expectedOf(one).map(({ egress }) => egress)).join(),
          records: portable.reduce((sum, one) => sum + countOf(one), dead),
        },
        timeoutMs: 90_000,
      });
    } finally {
      await server.close();
    }
  });

  it("needs no restart, and puts the message that fails aside", () => {
    expect(result.verdict, `${result.error}\n${result.log}`).toBe("recorded");
    expect(result.restarts).toBe(0);
    const letters = (result.records ?? []).filter(({ typename }) => typename === string.typename);
    expect(letters.map(({ value }) => string.decode(Buffer.from(value, "hex")))).toEqual([
      "30 are not there",
    ]);
  });

  it.for(portable)("$name gives what its README says", (example) => {
    const records = (result.records ?? []).filter(({ typename }) => typename !== string.typename);
    const lines = records.map(({ value }) => kafkaLine(Buffer.from(value, "hex")));
    for (const { egress, lines: expected } of expectedOf(example)) {
      // Topics have the names of their egresses.
      const mine = lines.filter(({ topic }) => egress.endsWith(`/${topic}`));
      expect(linesOf(example, mine)).toEqual(expected);
    }
  });
});

const countOf = (example: Example): number =>
  example.isNewest === true
    ? components
    : expectedOf(example).reduce((sum, { lines }) => sum + lines.length, 0);

async function exportsOf(example: Example): Promise<readonly unknown[]> {
  const files: readonly object[] = await Promise.all(
    [example.entry, ...(example.name === "ride-hailing" ? ["contract.ts"] : [])].map(
      (file) => import(fileOf(example, file)),
    ),
  );
  return files.flatMap((file) => Object.values(file));
}

/** Where the functions are, as the example says it to a cluster: its Kafka topics are not here. */
function endpointOf(example: Example, url: string): string {
  const [first] = parseAllDocuments(readFileSync(fileOf(example, "module.yaml"), "utf8"));
  const { kind, spec } = first?.toJS() ?? {};
  return stringify({ kind, spec: { ...spec, urlPathTemplate: url } });
}

/** A request of the README as a record that an ingress brings: of the only type where it names none. */
function messageOf(exported: readonly unknown[], { path, headers, body }: Command): ScriptMessage {
  const [, , namespace = "", name = "", id = ""] = path.split("/");
  const to = `${namespace}/${name}`;
  const refs = exported.map((one) => Object(one)).filter(({ typename }) => typename === to);
  const types: readonly AnyType[] = refs.flatMap(({ accepts }) => accepts ?? []);
  const wanted = headers["statefun-type"] ?? types[0]?.typename;
  const type = types.find(({ typename }) => typename === wanted);
  if (type === undefined) throw new Error(`${path}: no function takes ${wanted}`);
  const value: unknown = JSON.parse(body);
  return scriptMessage(to, id, type, wanted?.endsWith("/long") ? BigInt(String(value)) : value);
}

function kafkaLine(bytes: Uint8Array): KafkaLine {
  const { topic, key, valueBytes } = fromBinary(KafkaProducerRecordSchema, bytes);
  return { topic, key, value: new TextDecoder().decode(valueBytes) };
}
