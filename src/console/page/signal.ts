import { useEffect, useReducer } from "preact/hooks";

/** A value that the whole page knows: the page is drawn again when it is another one. */
export interface Signal<T> {
  value: T;
}

let redraw: (() => void) | undefined;
let isPlanned = false;

export function signal<T>(first: T): Signal<T> {
  let current = first;
  return {
    get value() {
      return current;
    },
    set value(next) {
      if (next === current) return;
      current = next;
      plan();
    },
  };
}

/** Called by the root of the page: draws all of it again, once for all values that change in a moment. */
export function useSignals(): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    redraw = () => draw(undefined);
    // What changed before this was drawn already, or is drawn now.
    redraw();
    return () => {
      redraw = undefined;
    };
  }, []);
}

function plan(): void {
  if (isPlanned) return;
  isPlanned = true;
  queueMicrotask(() => {
    isPlanned = false;
    redraw?.();
  });
}
