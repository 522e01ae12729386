import { requestReplyHandler, StatefulFunctions } from "statefun";
import { describeModule, loadModule } from "statefun/module";
import { describe, expect, it } from "vitest";
import { bindSmoke } from "../recorded/smoke.ts";
import { v2Types, v3Types } from "../recorded/wire-types.ts";
import { runCluster } from "./cluster.ts";
import { serveOnNode } from "./node-server.ts";
import { type Release, statefun222, statefun300, statefun330 } from "./releases.ts";
import { report } from "./verified.ts";

type Format = "kind" | "3.0" | "2.0";

const settings = { ids: 32, commands: 4_000, failures: 1 };

/** The module.yaml is not written by hand but by describeModule, from the functions that are served. */
async function run(release: Release, format: Format): Promise<void> {
  const functions = new StatefulFunctions();
  bindSmoke(functions, release.wire === "v2" ? v2Types() : v3Types());
  const server = await serveOnNode(requestReplyHandler(functions));
  try {
    const { url } = server;
    const moduleYaml = describeModule(functions, {
      urlPathTemplate: `${url}/{function.name}`,
      format,
      timeoutMs: 30_000,
    });
    const result = await runCluster({ release, url, moduleYaml, settings });
    report(`${release.version} with a file of format ${format}`, result);
    expect(result.verdict, `${moduleYaml}\n${result.error}\n${result.log}`).toBe("verified");
    expect(result).toMatchObject({ answered: settings.ids, over: 0, under: 0 });
  } finally {
    await server.close();
  }
}

const runs = [
  { release: statefun330, version: "3.3.0", format: "kind" },
  { release: statefun330, version: "3.3.0", format: "3.0" },
  { release: statefun300, version: "3.0.0", format: "3.0" },
  { release: statefun222, version: "2.2.2", format: "2.0" },
] as const;

describe("a file that describeModule wrote", () => {
  it.for(runs)("starts StateFun $version in format $format, which counts right", (one) =>
    run(one.release, one.format),
  );
});

/** Where nobody listens, and what makes a client say so soon. */
const nobody = "127.0.0.1:1";
const impatient = [{ "default.api.timeout.ms": 2_000 }, { "request.timeout.ms": 1_000 }];

const kafka = [
  {
    kind: "io.statefun.kafka.v1/ingress",
    spec: {
      id: "statefun.cluster/records",
      address: nobody,
      consumerGroupId: "described",
      startupPosition: { type: "date", date: "2020-02-01 04:15:00.123 Z" },
      autoOffsetResetPosition: "earliest",
      topics: [
        {
          topic: "records",
          valueType: "statefun.cluster/Record",
          targets: ["statefun.smoke.e2e/command-interpreter-fn"],
        },
      ],
      properties: impatient,
    },
  },
  {
    kind: "io.statefun.kafka.v1/egress",
    spec: {
      id: "statefun.cluster/out",
      address: nobody,
      deliverySemantic: { type: "exactly-once", transactionTimeout: "1 min" },
      properties: impatient,
    },
  },
];

describe("ingresses and egresses of Kafka that describeModule wrote", () => {
  it.for(runs)(
    "are understood by StateFun $version in format $format, which only lacks the broker",
    async ({ release, format }) => {
      const urlPathTemplate = "http://127.0.0.1:1";
      const module = await loadModule(kafka);
      const functions = new StatefulFunctions();
      functions.bind("statefun.smoke.e2e/command-interpreter-fn", () => {});
      const moduleYaml = describeModule([functions, module], { urlPathTemplate, format });
      const result = await runCluster({
        release,
        url: urlPathTemplate,
        moduleYaml,
        timeoutMs: 40_000,
        settings: { ids: 8, commands: 100, failures: 0, restartAttempts: 0 },
      });
      report(`${release.version} with Kafka in format ${format}`, result);
      expect(result.verdict, `${moduleYaml}\n${result.error}\n${result.log}`).toBe("failed");
      expect(result.error).toMatch(/org\.apache\.kafka\.common\.errors\.TimeoutException/);
    },
  );
});
