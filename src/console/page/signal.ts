import { type Component, options, type VNode } from "preact";

/** A value of the page: components that have read it are drawn again when it is another one. */
export interface Signal<T> {
  value: T;
  /** The value, for those that need no new one. */
  peek(): T;
}

/** What Preact calls before and after it draws a component: add-ons know these names, and its types do not. */
interface DrawHooks {
  __r?: (node: DrawnNode) => void;
  diffed?: (node: VNode) => void;
}

type DrawnNode = VNode & { readonly __c: Component };

// The tests in a browser notice a version of Preact that has others.
const hooks = options as DrawHooks;
const { __r: before, diffed: after } = hooks;
let drawn: Component | undefined;

hooks.__r = (node) => {
  before?.(node);
  drawn = node.__c;
};
hooks.diffed = (node) => {
  drawn = undefined;
  after?.(node);
};

export function signal<T>(first: T): Signal<T> {
  let current = first;
  const readers = new Set<Component>();
  return {
    get value() {
      if (drawn !== undefined) readers.add(drawn);
      return current;
    },
    set value(next) {
      if (next === current) return;
      current = next;
      const all = [...readers];
      // Those that still read it come back while they are drawn; what is gone by then draws nothing.
      readers.clear();
      for (const reader of all) reader.forceUpdate();
    },
    peek: () => current,
  };
}
