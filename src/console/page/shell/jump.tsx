import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { go } from "../route/route.ts";

/**
 * Where a text that was typed leads: `#123` or `123` is a recorded message, `ns/name` a function, `ns/name id` an instance.
 * Undefined: it is none of them.
 */
export function placeOf(text: string): Parameters<typeof go> | undefined {
  const number = /^#?(\d+)$/.exec(text)?.[1];
  if (number !== undefined) return ["messages", { message: number }];
  const [, typename, id] = /^([^\s/]+\/[^\s/]+)(?:[\s/]+(.+))?$/s.exec(text) ?? [];
  if (typename === undefined) return undefined;
  return id === undefined
    ? ["functions", { function: typename }]
    : ["instance", { function: typename, id }];
}

export function Jump(): JSX.Element {
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  return (
    <search>
      <form
        class="jump"
        onSubmit={(event) => {
          event.preventDefault();
          const place = placeOf(text.trim());
          setWrong(place === undefined);
          if (place === undefined) return;
          go(...place);
          setText("");
          document.getElementById("main")?.focus();
        }}
      >
        <input
          id="jump"
          value={text}
          placeholder="shop/cart, shop/cart 42, #918231"
          aria-label="Jump to a function, an instance, a message"
          aria-invalid={isWrong}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setWrong(false);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <span class="kbd" aria-hidden="true">
          /
        </span>
        {isWrong && (
          <span class="hint" role="alert">
            An instance needs its function too, for example: shop/cart {text}
          </span>
        )}
      </form>
    </search>
  );
}
