import type { WireValue } from "../model/invocation.ts";
import type { Completed } from "../model/outcome.ts";
import { sealed } from "../model/plain-bytes.ts";

/** What a batch did, as it may be stored and sent. */
export async function sealOutcome(completed: Completed): Promise<Completed> {
  const { mutations, messages, delayed, egresses } = completed;
  const [sealedMutations, sealedMessages, sealedDelayed, sealedEgresses] = await Promise.all([
    Promise.all(
      mutations.map(async ({ name, value }) => ({ name, value: value && (await sealed(value)) })),
    ),
    Promise.all(messages.map(withArgument)),
    Promise.all(delayed.map((effect) => (effect.kind === "send" ? withArgument(effect) : effect))),
    Promise.all(egresses.map(withArgument)),
  ]);
  return {
    kind: "completed",
    mutations: sealedMutations,
    messages: sealedMessages,
    delayed: sealedDelayed,
    egresses: sealedEgresses,
  };
}

async function withArgument<E extends { readonly argument: WireValue }>(effect: E): Promise<E> {
  return { ...effect, argument: await sealed(effect.argument) };
}
