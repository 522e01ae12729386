import { assertInteger, assertKnownKeys, assertText, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { SurfaceHost } from "../surface/surface-host.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { deadLetterOf } from "./views.ts";

/** Of the messages of one page, which has fewer of them where they are large. */
const maxPageBytes = 1_048_576;

/** The dead letters of an application, with every option checked. */
export function deadLettersOver(
  host: Pick<SurfaceHost, "deadLetters" | "replay" | "discard">,
): DeadLetters {
  return {
    async list(options = {}) {
      assertKnownKeys(options, ["limit", "after", "typename"], "the options of list");
      const { limit = 100, after = "0", typename } = options;
      assertInteger(limit, "limit", 1, 10_000);
      if (typename !== undefined) assertText(typename, "typename");
      const records = await host.deadLetters(numberOf(after), limit, typename, maxPageBytes);
      return records.map(deadLetterOf);
    },
    replay: async (id) => host.replay(numberOf(id)),
    discard: async (id) => host.discard(numberOf(id)),
  };
}

function numberOf(id: unknown): number {
  const number = typeof id === "string" && /^\d+$/.test(id) ? Number(id) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw invalid(`the id of a dead letter must be one that list returned, got ${show(id)}`);
}
