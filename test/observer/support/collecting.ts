import type { Observer } from "statefun";

type Hooks = Required<Observer>;

/** An event of each hook. */
export type Heard = {
  [name in keyof Hooks]: { readonly hook: name; readonly event: Parameters<Hooks[name]>[0] };
}[keyof Hooks];

type EventOf<N extends keyof Hooks> = Parameters<Hooks[N]>[0];

export interface Collecting {
  /** Has every hook. */
  readonly observer: Hooks;
  /** All that was told, in order. */
  readonly heard: readonly Heard[];
  /** The events of one hook. */
  of<N extends keyof Hooks>(hook: N): readonly EventOf<N>[];
  clear(): void;
}

/** An observer that keeps what it is told; `also` is called for each event, and may throw. */
export function collecting(
  also: (hook: keyof Hooks, event: object) => unknown = () => {},
): Collecting {
  const heard: Heard[] = [];
  const hook =
    <N extends keyof Hooks>(name: N) =>
    (event: EventOf<N>): undefined => {
      // The two belong to each other.
      heard.push({ hook: name, event } as Heard);
      return also(name, event) as undefined;
    };
  return {
    heard,
    of: (name) => heard.filter((one) => one.hook === name).map(({ event }) => event as never),
    clear: () => void heard.splice(0),
    observer: {
      sending: hook("sending"),
      accepted: hook("accepted"),
      refused: hook("refused"),
      handling: hook("handling"),
      dead: hook("dead"),
      timer: hook("timer"),
      emitted: hook("emitted"),
      delivered: hook("delivered"),
      committed: hook("committed"),
      reachable: hook("reachable"),
      ingress: hook("ingress"),
      operated: hook("operated"),
      started: hook("started"),
      stopped: hook("stopped"),
    },
  };
}
