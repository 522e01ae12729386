import { join } from "node:path";
import { int } from "statefun";
import { clientOf } from "../support/client.ts";
import { type Objects, startObjects } from "../support/objects.ts";

export const startEdges = (): Promise<Objects> =>
  startObjects(join(import.meta.dirname, "worker.ts"));

export interface DeadLetter {
  /** Of the dead letter, and the cursor behind it. */
  readonly id: string;
  readonly address: { readonly typename: string; readonly id: string };
  readonly error: { readonly code: string; readonly message: string };
}

/** What tests ask of the Worker of this folder. */
export function edgesOf(objects: () => Objects) {
  const { asked, control, post, send, answer } = clientOf(objects);
  const call = async (to: string, value: string | number): Promise<number> =>
    int.decode(await answer(to, value, 20));
  /** All of them, page by page. */
  async function deadLetters(): Promise<DeadLetter[]> {
    const all: DeadLetter[] = [];
    for (let after = "0"; ; ) {
      const page = await asked<{ deadLetters: DeadLetter[]; next: string }>(
        `/admin/dead-letters?after=${after}&limit=100`,
      );
      all.push(...page.deadLetters);
      if (page.deadLetters.length === 0) return all;
      after = page.next;
    }
  }
  return { asked, control, post, send, call, deadLetters };
}
