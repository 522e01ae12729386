import type { JSX } from "preact";
import type { Trouble } from "../api/types.ts";
import { Badge, type Tone } from "./parts.tsx";

const troubles: { readonly [kind in Trouble["kind"]]: readonly [Tone, string] } = {
  retrying: ["bad", "blocked"],
  state: ["bad", "state unreadable"],
  unbound: ["bad", "no function"],
  endpoint: ["warn", "endpoint down"],
  busy: ["plain", "waits its turn"],
  paused: ["warn", "paused"],
};

/** What an instance does, in a word. */
export function Condition(props: {
  readonly trouble?: Trouble | undefined;
  readonly paused?: boolean | undefined;
  readonly running?: boolean | undefined;
  readonly waiting?: number | undefined;
}): JSX.Element {
  const { trouble, paused = false, running = false, waiting = 0 } = props;
  const [tone, word]: readonly [Tone, string] =
    trouble !== undefined
      ? troubles[trouble.kind]
      : paused
        ? ["warn", "paused"]
        : running
          ? ["good", "running"]
          : waiting > 0
            ? ["plain", "waiting"]
            : ["plain", "at rest"];
  return <Badge tone={tone}>{word}</Badge>;
}
