import { describe, expect, it } from "vitest";
import { builtPages, readBuilt } from "./built.ts";

/** A question of a newcomer, what the first page has to click, and what stands in the answer. */
const questions: readonly (readonly [question: string, link: string, answer: RegExp])[] = [
  ["How do I install it?", "Install", /npm install \.\/statefun/],
  ["Which tsconfig.json do I need?", "TypeScript", /verbatimModuleSyntax/],
  ["How do I test a function, with time that passes?", "Tests", /runtime\.advance/],
  ["How do I send a message over HTTP?", "Requests", /POST/],
  ["How do I get an answer?", "Over HTTP", /Prefer: wait=/],
  ["How do I make a repeated request safe?", "Exactly once", /Idempotency-Key/],
  ["How do I let state expire?", "State", /expireAfterWriteMs/],
  ["How do I send later, and cancel it?", "What a function can do", /cancellationToken/],
  ["What happens when a handler throws?", "Failures", /tried again after 100 ms/],
  [
    "Where are the messages that failed, and how do I send them again?",
    "Dead letter",
    /statefun replay/,
  ],
  ["Why does an instance stand still?", "Looking at instances", /stands still/],
  ["How do I change a type that is stored already?", "Evolution", /upgraded/],
  ["How do I read from Kafka and write to it?", "Kafka", /kafkaIngress/],
  ["How do I call functions in Python, Java or Go?", "Remote functions", /endpoint/],
  ["How do I authenticate callers?", "Over HTTP", /bearerToken/],
  ["How do pages of another origin send?", "Pages of other origins", /cors/],
  ["How do I make a backup?", "Backups", /statefun backup/],
  ["What do probes ask?", "Health", /\/health\/live/],
  ["What does this error code mean?", "Errors", /store_locked/],
  ["How large may a message be?", "Limits", /16,777,216/],
  ["What do Durable Objects cost?", "Costs", /rows written/],
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
