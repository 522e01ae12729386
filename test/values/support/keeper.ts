import { type Address, functionRef, json, StatefulFunctions, string } from "statefun";

export const Data = json<unknown, "test/Data">("test/Data");
const elsewhere = functionRef("test/elsewhere", Data);
const keeperRef = functionRef("test/fn", string);

/** A function that does with values what it is told, and what it and a receiver have read. */
export interface Keeper {
  readonly functions: StatefulFunctions;
  /** What was read by the instance of this id, or received from it. */
  seenAt(id: string): readonly unknown[];
  at(id: string): Address<string>;
}

/** Commands are `store`, `send` and `read`, with the number of a value behind. */
export function keeper(make: (index: number) => unknown): Keeper {
  const functions = new StatefulFunctions();
  const seen = new Map<string, unknown[]>();
  const see = (id: string, value: unknown) => seen.set(id, [...(seen.get(id) ?? []), value]);
  functions.implement(keeperRef, { state: { kept: Data } }, (context, text) => {
    const { self, state } = context;
    const [command, index] = text.split(" ");
    if (command === "store") state.kept = make(Number(index));
    if (command === "send") context.send(elsewhere.at("1"), make(Number(index)));
    if (command === "read") see(self.id, state.kept);
  });
  functions.implement(elsewhere, {}, ({ caller }, value) => {
    see(caller?.id ?? "", value);
  });
  return { functions, seenAt: (id) => seen.get(id) ?? [], at: (id) => keeperRef.at(id) };
}
