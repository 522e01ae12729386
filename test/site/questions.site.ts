import { describe, expect, it } from "vitest";
import { builtPages, readBuilt } from "./built.ts";

/** A question of a newcomer, what the first page has to click, and what stands in the answer. */
const questions: readonly (readonly [question: string, link: string, answer: RegExp])[] = [
  ["How do I install it?", "Install", /npm install \.\/statefun/],
  ["Which versions of Node, Deno and Bun does it need?", "Which runtime", /22\.13 for SQLite/],
  ["Which tsconfig.json do I need?", "TypeScript", /verbatimModuleSyntax/],
  ["Which file holds what?", "Layout of a project", /functions\.test\.ts/],
  ["What is an instance?", "Instance", /An instance is one id of a function/],
  ["What does exactly once cover, and what not?", "Exactly once", /not through the context/],
  ["How do I test a function, with time that passes?", "Testing functions", /npx vitest run/],
  ["How do I send a message over HTTP?", "Requests", /POST/],
  ["How do I get an answer?", "Over HTTP", /Prefer: wait=/],
  ["How do I make a repeated request safe?", "Idempotent clients", /idempotency-key/],
  ["How do I let state expire?", "Expiration of state", /expireAfterWriteMs/],
  ["How do I send later, and cancel it?", "Delays and cancellation", /cancellationToken/],
  ["What happens when a handler throws?", "Failures", /tried again after 100 ms/],
  [
    "Where are the messages that failed, and how do I send them again?",
    "Dead letter",
    /statefun replay/,
  ],
  ["Why does an instance stand still?", "A mailbox is stuck", /statefun ls --troubled/],
  ["How do I change a type that is stored already?", "Evolution", /upgraded/],
  ["How do I read from Kafka and write to it?", "Kafka", /kafkaIngress/],
  ["How do I call functions in Python, Java or Go?", "Remote functions", /endpoint/],
  ["How do I authenticate callers?", "Secrets and authentication", /bearerToken/],
  ["How do pages of another origin send?", "Browsers and CORS", /cors/],
  ["How do I run it in a container?", "Deploying one process", /VOLUME \/data/],
  ["How do I make a backup, and restore it?", "Backups", /Restoring/],
  ["What do probes ask?", "Health", /\/health\/live/],
  ["What does this error code mean?", "Errors", /store_locked/],
  ["How large may a message be?", "Limits", /16,777,216/],
  ["What do Durable Objects cost, and what limits have they?", "Costs", /rows written/],
  ["When should I take Restate instead?", "Restate", /Take Restate instead when/],
  ["Which metrics are there?", "Metrics", /statefun_/],
];

const home = readBuilt("index.html");

/** The text of a page, without the menu. */
function textOf(path: string): string {
  const [, main = ""] = /<main\b[^>]*>([\s\S]*)<\/main>/.exec(readBuilt(path)) ?? [];
  return main
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

describe("the answer to a question is one click from the first page", () => {
  it.for(questions)("%s", ([question, link, answer]) => {
    const rows = home.match(/<tr>[\s\S]*?<\/tr>/g) ?? [];
    const row = rows.find((one) => one.includes(question)) ?? "";
    const links = Array.from(row.matchAll(/<a href="\/([^"#]+)[^>]*>([^<]*)<\/a>/g));
    const [, path = ""] = links.find(([, , label]) => label === link) ?? [];
    expect(builtPages()).toContain(path);
    expect(textOf(path)).toMatch(answer);
  });

  it("has no question that is not asked here", () => {
    const asked = home.match(/<td>[^<]+\?<\/td>/g) ?? [];
    expect(asked).toHaveLength(questions.length);
  });
});
