import { useEffect, useRef, useState } from "preact/hooks";
import { newKey } from "../../api/client.ts";
import { change, route } from "../../route/route.ts";

/** What an operator fills in. `body` is undefined until somebody, or the link, has said it. */
export interface Filled {
  readonly function: string;
  readonly id: string;
  readonly type: string;
  readonly body: string | undefined;
  /** How the value is shown: `form`, `json` or `bytes`; "" is the best there is. */
  readonly as: string;
  readonly delayMs: string;
  readonly isCall: boolean;
  readonly timeoutMs: string;
  readonly why: string;
  readonly key: string;
}

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
    ...{ function: text("function"), id: text("id"), type: text("type") },
    as: form === "base64" ? "bytes" : text("as"),
    body: form === "text" && value !== undefined ? JSON.stringify(value) : value,
    ...{ delayMs: text("delayMs"), isCall: params.has("call"), timeoutMs: text("timeoutMs") },
    ...{ why: "", key: newKey() },
  };
}

/** The draft of the screen: it comes from the URL, and what is filled in goes there. */
export function useDraft(isSecret: (type: string) => boolean): {
  readonly filled: Filled;
  readonly set: (part: Partial<Filled>) => void;
} {
  const query = route.value.params.toString();
  const [filled, setFilled] = useState(() => filledBy(route.peek().params));
  const written = useRef(query);
  useEffect(() => {
    // A link to this screen that was followed while it is shown.
    if (query === written.current) return;
    written.current = query;
    setFilled(filledBy(route.peek().params));
  }, [query]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (route.peek().screen !== "send") return;
      const { body, isCall, why: _, key: __, ...plain } = filled;
      const isLinked = body !== undefined && body.length <= maxLinked && !isSecret(filled.type);
      change({
        ...plain,
        form: undefined,
        value: isLinked ? body : undefined,
        call: isCall ? "true" : undefined,
      });
      written.current = route.peek().params.toString();
    }, quietMs);
    return () => clearTimeout(timer);
  }, [filled]);
  return { filled, set: (part) => setFilled((before) => ({ ...before, ...part })) };
}
