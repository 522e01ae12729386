import { until } from "./program.ts";

/** A file of functions that count; `step` tells its versions apart. */
export function counterSource(step = 1): string {
  return `
import { egress, int, json, shape, StatefulFunctions, string } from "statefun";
export const totals = egress("demo/totals", string);
export const functions = new StatefulFunctions("demo");
const Add = json("demo/Add", shape<{ name: string; by: number }>());
functions.bind("demo/counter", { accepts: Add, state: { total: { type: int, initial: 0 } } }, (context, { by }) => {
  context.state.total += by * ${step};
  context.emit(totals, "total " + context.state.total);
});
`;
}

/** As curl would. */
export function add(url: string, by: number, id = "zoe"): Promise<Response> {
  return fetch(`${url}/functions/demo/counter/${id}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "zoe", by }),
  });
}

/** Sends, and resolves with the new total. */
export async function total(url: string, by: number): Promise<number> {
  const before = await totals(url);
  const response = await add(url, by);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  await until(async () => (await totals(url)).length > before.length);
  return Number((await totals(url)).at(-1)?.replace("total ", ""));
}

/** What went through the egress. */
export async function totals(url: string): Promise<string[]> {
  const response = await fetch(`${url}/egresses/demo/totals?limit=1000`);
  // An egress that the entry does not export is known from its first record on.
  if (response.status === 404) return [];
  const { records } = (await response.json()) as { readonly records: readonly { value: string }[] };
  return records.map(({ value }) => value);
}
