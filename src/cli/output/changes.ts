import type { Changes, Listening, ShownApplication } from "../ipc.ts";
import { aboutOf } from "./banner.ts";
import type { Colours } from "./colours.ts";

/** What two versions of an application differ in. */
export function changesBetween(before: ShownApplication, now: ShownApplication): Changes {
  const old = new Map(before.functions.map((fn) => [fn.typename, fn]));
  const names = new Set(now.functions.map(({ typename }) => typename));
  const isOther = (one: Listening["functions"][number]): boolean => {
    const other = old.get(one.typename);
    return other !== undefined && aboutOf(other) !== aboutOf(one);
  };
  const added = now.functions.filter(({ typename }) => !old.has(typename));
  const removed = before.functions.filter(({ typename }) => !names.has(typename));
  const renamed = removed.flatMap((one) => {
    const [to, ...more] = added.filter((other) => aboutOf(other) === aboutOf(one));
    return to === undefined || more.length > 0 ? [] : [{ from: one.typename, to: to.typename }];
  });
  const namesOf = (all: typeof added) => all.map(({ typename }) => typename);
  return {
    added: namesOf(added),
    changed: namesOf(now.functions.filter(isOther)),
    removed: namesOf(removed),
    renamed,
  };
}

/** A line for each function that is new, other or gone; of those that are here with a request to try. */
export function changeLines(
  { added, changed, removed, renamed }: Changes,
  functions: Listening["functions"],
  { dim, green, yellow, red }: Colours,
): string[] {
  const lines = (names: readonly string[], title: string): string[] =>
    functions
      .filter(({ typename }) => names.includes(typename))
      .flatMap((fn) => [
        `  ${title}  ${fn.typename}  ${dim(aboutOf(fn))}`,
        ...(fn.curl === undefined ? [] : [`             ${fn.curl}`]),
      ]);
  return [
    ...lines(added, green("new      ")),
    ...lines(changed, yellow("changed  ")),
    ...removed.map((typename) => {
      const to = renamed.find(({ from }) => from === typename)?.to;
      const now = to === undefined ? "" : `probably ${to} now; `;
      const rest = `${now}its state and waiting messages are kept under this name`;
      return `  ${red("gone     ")}  ${typename}  ${dim(rest)}`;
    }),
  ];
}
