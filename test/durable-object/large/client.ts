import { join } from "node:path";
import { int } from "statefun";
import { expect } from "vitest";
import { clientOf } from "../support/client.ts";
import { heapBytes } from "../support/heap.ts";
import { type Objects, startObjects } from "../support/objects.ts";

export const startLarge = (): Promise<Objects> =>
  startObjects(join(import.meta.dirname, "worker.ts"), {}, { isInspected: true });

/** What tests ask of the Worker of this folder. */
export function largeOf(objects: () => Objects) {
  const { asked, control, post, answer } = clientOf(objects);
  return {
    control,
    post,
    /** By a connection of its own: on a busy machine the server may just end one that was kept. */
    async send(to: string, value: string): Promise<void> {
      const response = await post(to, value, { connection: "close" });
      expect(response.status, await response.text()).toBe(202);
    },
    count: async (id: string) => int.decode(await answer(`large/counted/${id}`, "ask", 50)),
    text: async (to: string, value: string | number) =>
      new TextDecoder().decode(await answer(to, value, 50)),
    /** Megabytes in memory. */
    heap: async () =>
      (await heapBytes(await objects().inspector(), () => control("errors"))) / 1_000_000,
    waiting: async (id: string): Promise<number> => {
      const query = new URLSearchParams({ function: "large/slow", id });
      return (await asked<{ mailboxLength: number }>(`/admin/instance?${query}`)).mailboxLength;
    },
  };
}
