import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeSpans, readDocument, root, tableRows } from "../docs/documents.ts";
import { type Broker, startBroker } from "../kafka/broker.ts";
import { type Shop, startShop, token } from "./application.ts";
import { dashboard, metricsIn, panelQueries, units, variableQueries } from "./dashboard.ts";
import { type Prometheus, startPrometheus } from "./prometheus.ts";

const rules = join(root, "docs/operate/alerts.yml");

let broker: Broker;
let shop: Shop;
let prometheus: Prometheus;
let timer: NodeJS.Timeout;
beforeAll(async () => {
  broker = await startBroker();
  shop = await startShop(broker);
  prometheus = await startPrometheus({ target: shop.target, token, rules: [rules] });
  timer = setInterval(() => void shop.traffic(), 100);
});
afterAll(async () => {
  clearInterval(timer);
  await prometheus?.stop();
  await shop?.close();
  await broker?.stop();
});

async function exposition(): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`http://${shop.target}/metrics`, { headers });
  expect(response.status).toBe(200);
  return response.text();
}

const familiesOf = (text: string) =>
  Array.from(text.matchAll(/^# TYPE (\w+)/gm), ([, name = ""]) => name).toSorted();

/** An application that had no trouble with its clock. */
const mayBeZero = /statefun_clock_behind_seconds/;

describe("a real Prometheus", () => {
  it("answers every query of the dashboard, with a number that says something", async () => {
    expect(panelQueries.length).toBeGreaterThan(30);
    for (const { of, query } of panelQueries) {
      const largest = async () => {
        const values = (await prometheus.query(query)).map(({ value }) => value);
        return Math.max(Number.NEGATIVE_INFINITY, ...values.filter(Number.isFinite));
      };
      const least = mayBeZero.test(query) ? -1 : 0;
      await expect
        .poll(largest, { timeout: 30_000, message: `${of}: ${query}` })
        .toBeGreaterThan(least);
    }
  });

  it("has something to choose for every variable of it", async () => {
    expect(variableQueries.map(({ of }) => of)).toEqual(["job", "instance", "function"]);
    for (const { of, query } of variableQueries) {
      expect((await prometheus.query(query)).length, `${of}: ${query}`).toBeGreaterThan(0);
    }
  });

  it("evaluates every alert, and sees what is wrong on purpose", async () => {
    const states = async () =>
      Object.fromEntries((await prometheus.rules()).map(({ name, state }) => [name, state]));
    await expect.poll(states, { timeout: 30_000 }).toMatchObject({
      StatefunDown: "inactive",
      StatefunRestarts: "inactive",
      StatefunMessagesDead: "firing",
      StatefunAttemptsFail: "pending",
      StatefunMessagesRefused: "pending",
      StatefunEgressDown: "pending",
      StatefunEndpointDown: "pending",
      StatefunCommitsSlow: "inactive",
      StatefunClockBehind: "inactive",
    });
    for (const { name, health, lastError } of await prometheus.rules()) {
      expect({ name, health, lastError }).toMatchObject({ name, health: "ok" });
    }
  });

  it("gets nothing with a wrong token, and an alert says so", async () => {
    const { target } = shop;
    const other = await startPrometheus({ target, token: "wrong", rules: [rules] });
    try {
      const states = async () =>
        (await other.rules()).filter(({ state }) => state !== "inactive").map(({ name }) => name);
      await expect.poll(states, { timeout: 30_000 }).toEqual(["StatefunDown"]);
      expect(await other.query("statefun_info")).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it("finds nothing to say against the text, as promtool reads it", async () => {
    const input = await exposition();
    const said = execFileSync("promtool", ["check", "metrics"], { input, stdio: "pipe" });
    expect(String(said)).toBe("");
  });
});

describe("the dashboard", () => {
  it("shows every metric that there is, and no other", async () => {
    const shown = new Set(panelQueries.flatMap(({ query }) => metricsIn(query)));
    expect([...shown].toSorted()).toEqual(familiesOf(await exposition()));
  });

  it("has panels that Grafana can distinguish, side by side", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
    for (const { title, type, datasource, fieldConfig } of dashboard.panels) {
      if (type === "row") continue;
      expect(datasource, title).toEqual({ type: "prometheus", uid: `\${datasource}` });
      expect(units, title).toContain(fieldConfig?.defaults.unit);
    }
  });
});

it("the document names every metric that there is, and no other", async () => {
  const rows = tableRows(readDocument("docs/operate/metrics.md"));
  const named = rows
    .flatMap(([name = ""]) => codeSpans(name))
    .filter((name) => /^[a-z_]+$/.test(name))
    .map((name) => `statefun_${name}`);
  expect(named.toSorted()).toEqual(familiesOf(await exposition()));
});
