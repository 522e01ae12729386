import { useEffect, useRef, useState } from "preact/hooks";
import { newKey } from "../../api/client.ts";
import { change, route } from "../../route/route.ts";
import { useSlow } from "../../ui/reads/use-slow.ts";

const linked = ["function", "id", "type", "as", "delayMs", "timeoutMs", "call"] as const;

/** What an operator fills in, as the URL has it. */
export type Filled = { readonly [name in (typeof linked)[number]]: string } & {
  /** Undefined until somebody, or the link, has said it. */
  readonly body: string | undefined;
  readonly why: string;
  readonly key: string;
};

export type SetFilled = (part: Partial<Filled>) => void;

/** A link is read by people and by proxies: a longer value is not part of it. */
const maxLinked = 2_000;
/** Browsers refuse more than about a hundred changes of the URL in half a minute. */
const quietMs = 400;

function filledBy(params: URLSearchParams): Filled {
  const text = (name: string): string => params.get(name) ?? "";
  const value = params.get("value") ?? undefined;
  // Another screen may give a text, or bytes in base64.
  const form = text("form");
  return {
    ...(Object.fromEntries(linked.map((name) => [name, text(name)])) as Filled),
    ...(form === "base64" && { as: "bytes" }),
    body: form === "text" && value !== undefined ? JSON.stringify(value) : value,
    why: "",
    key: newKey(),
  };
}

/** The draft of the screen: it comes from the URL, and what is filled in goes there. */
export function useDraft(isSecret: (filled: Filled) => boolean): readonly [Filled, SetFilled] {
  const query = route.value.params.toString();
  const [held, setFilled] = useState(() => filledBy(route.value.params));
  const written = useRef(query);
  let filled = held;
  // A link to this screen that was followed while it is shown: no button of what it shows acts on the draft before.
  if (query !== written.current) {
    written.current = query;
    filled = filledBy(route.value.params);
    setFilled(filled);
  }
  const slow = useSlow(filled, quietMs);
  useEffect(() => {
    const { body, why: _, key: __, ...plain } = slow;
    const isLinked = body !== undefined && body.length <= maxLinked && !isSecret(slow);
    change({ ...plain, form: undefined, value: isLinked ? body : undefined });
    written.current = route.value.params.toString();
  }, [slow]);
  return [filled, (part) => setFilled((before) => ({ ...before, ...part }))];
}
