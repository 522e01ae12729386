import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { codeSpans, readDocument, root, tableRows } from "../docs/documents.ts";

const promtool = (...args: string[]) =>
  String(execFileSync("promtool", args, { cwd: root, stdio: "pipe" }));

interface Alert {
  readonly alert: string;
  readonly labels: { readonly severity: string };
}

const alerts: readonly Alert[] = parse(readDocument("docs/operate/alerts.yml")).groups.flatMap(
  (group: { readonly rules: readonly Alert[] }) => group.rules,
);

describe("the alerts", () => {
  it("are rules that promtool understands", () => {
    const said = promtool("check", "rules", "docs/operate/alerts.yml");
    expect(said).toContain(`SUCCESS: ${alerts.length} rules found`);
  });

  it("fire where there is trouble, each of them, and nowhere else", () => {
    const file = join("test/operate", "alerts-test.yml");
    expect(promtool("test", "rules", file)).toContain("SUCCESS");
    const tests = readDocument(file);
    for (const { alert } of alerts) expect(tests).toContain(`alertname="${alert}"`);
  });

  it("are in the document, with how bad they are", () => {
    const rows = tableRows(readDocument("docs/operate/metrics.md"));
    const named = rows.flatMap(([name = "", severity]) =>
      codeSpans(name)
        .filter((one) => one.startsWith("Statefun"))
        .map((one) => [one, severity]),
    );
    expect(named).toEqual(alerts.map(({ alert, labels }) => [alert, labels.severity]));
  });
});
