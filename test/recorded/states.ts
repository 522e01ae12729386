import { bool, egress, float, json, type StatefulFunctions, string } from "statefun";
import type { RecordedTypes } from "./wire-types.ts";

const greeting = "hé 🙂";
const print = egress("rec/print");

/** `rec/states` of v3: one state of each kind, with both ways to expire. */
export function bindStatesV3(functions: StatefulFunctions, { count, text }: RecordedTypes): void {
  const state = {
    plain: count,
    w: { type: string, expireAfterWriteMs: 1500 },
    c: { type: bool, expireAfterCallMs: 1500 },
    f: float,
    j: json<{ readonly a: readonly unknown[] }>("rec/json"),
  };
  functions.bind("rec/states", { state }, (context, message) => {
    const { state: now } = context;
    const command = message.as(text);
    if (command === "write") {
      now.plain = 0;
      now.w = greeting;
      now.c = false;
      now.f = 0.5;
      now.j = { a: [1, null, "x"] };
    }
    if (command === "touch") now.plain = (now.plain ?? 0) - 1;
    if (command === "delete") context.clear("plain", "w", "c", "f", "j");
    const all = [now.plain, now.w, now.c, now.f, now.j].map((value) => value ?? null);
    context.emit(print, text.of(JSON.stringify(all)));
  });
}

/** `rec/states` of v2: module.yaml declares when they expire, and its function was a Python one. */
export function bindStatesV2(functions: StatefulFunctions, { text }: RecordedTypes): void {
  functions.bind("rec/states", { state: { plain: text, w: text, c: text } }, (context, message) => {
    const { state: now } = context;
    const command = message.as(text);
    if (command === "write") {
      now.plain = greeting;
      now.w = greeting;
      now.c = greeting;
    }
    if (command === "touch") now.plain = "touched";
    if (command === "delete") context.clear("plain", "w", "c");
    // As Python prints a dictionary.
    const shown = (["plain", "w", "c"] as const).map((name) => {
      const value = now[name];
      return `'${name}': ${value === undefined ? "None" : `'${value}'`}`;
    });
    context.emit(print, text.of(`{${shown.join(", ")}}`));
  });
}
