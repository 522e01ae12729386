import type { WireValue } from "../model/invocation.ts";
import type { Completed } from "../model/outcome.ts";
import { plainIn } from "../model/plain-bytes.ts";

/** Whether something of it is to be encrypted, or says in memory what it holds. */
export function mustSeal({ mutations, messages, delayed, egresses }: Completed): boolean {
  const isPlain = (value: WireValue | undefined): boolean => plainIn(value) !== undefined;
  return (
    messages.some(({ argument }) => isPlain(argument)) ||
    mutations.some(({ value }) => isPlain(value)) ||
    egresses.some(({ argument }) => isPlain(argument)) ||
    delayed.some((effect) => effect.kind === "send" && isPlain(effect.argument))
  );
}
