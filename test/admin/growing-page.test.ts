import { expect, it } from "vitest";
import type { AdminCall } from "../../src/surface/admin/admin-call.ts";
import type { InstancesWant, ListedRow } from "../../src/surface/admin/admin-host.ts";
import { instancesRow } from "../../src/surface/admin/reads/instances.ts";
import { StreamLimit } from "../../src/surface/routes/stream-limit.ts";

const all = Array.from({ length: 1_000 }, (_, at) => String(at).padStart(4, "0"));

/** Instances whose reasons are longer each time that they are looked at. */
function growing() {
  let looks = 0;
  return async ({ after, limit }: InstancesWant) => {
    const reason = "r".repeat(1_500 + 700 * looks++);
    const from = after === undefined ? 0 : all.indexOf(after) + 1;
    const ids = all.slice(from, from + limit);
    const trouble = { kind: "retrying", code: "failed", reason, attempts: 1, number: 1 };
    const instances = ids.map((id) => ({ id, waiting: 1, states: 0, trouble }) as ListedRow);
    const next = from + limit < all.length ? ids.at(-1) : undefined;
    return { instances, next };
  };
}

it("a page of instances that has less room each time leaves none of them out", async () => {
  const instances = growing();
  const seen: string[] = [];
  for (let next: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: "1000", ...(next && { after: next }) });
    const call = {
      ...{ names: ["shop", "cart"], query, room: new StreamLimit() },
      request: new Request("http://x/admin/instances/shop/cart"),
      host: { functionOf: () => ({ typename: "shop/cart" }) },
      admin: { lacks: {}, instances },
    };
    // What else a call has is not asked for.
    const answer = await instancesRow.answer(call as unknown as AdminCall);
    const bytes =
      answer instanceof Response ? new Uint8Array(await answer.arrayBuffer()) : answer.bytes;
    expect(bytes?.length).toBeLessThan(1_100_000);
    const page = JSON.parse(new TextDecoder().decode(bytes));
    seen.push(...page.instances.map(({ id }: { id: string }) => id));
    next = page.next;
    if (next === undefined) break;
  }
  expect(seen).toEqual(all);
});
