import type { JSX } from "preact";
import type { FunctionsPage } from "../../api/types.ts";
import { Panel } from "../../ui/parts.tsx";
import { visible } from "../../ui/text.tsx";
import { acceptedBy, allTypes } from "./types.ts";
import type { Filled } from "./use-draft.ts";

/** To whom, and of which type. */
export function TargetPanel(props: {
  readonly page: FunctionsPage | undefined;
  readonly filled: Filled;
  readonly type: string;
  readonly set: (part: Partial<Filled>) => void;
}): JSX.Element {
  const { page, filled, type, set } = props;
  const accepted = acceptedBy(filled.function, page);
  const isKnown = page?.functions.some(({ typename }) => typename === filled.function) === true;
  return (
    <Panel title="To">
      <div class="body target">
        <label>
          <span>Function</span>
          <input
            class="mono"
            list="send-functions"
            value={filled.function}
            placeholder="shop/cart"
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget: { value } }) =>
              // Another function takes other types.
              set({ function: value, type: "", body: undefined })
            }
          />
        </label>
        <label>
          <span>Id</span>
          <input
            class="mono"
            value={filled.id}
            placeholder="42"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => set({ id: event.currentTarget.value })}
          />
        </label>
        <TypeInput {...{ accepted, type, set }} all={allTypes(page)} />
        <datalist id="send-functions">
          {page?.functions.map(({ typename }) => (
            <option key={typename} value={typename} />
          ))}
        </datalist>
        {page !== undefined && filled.function !== "" && !isKnown && (
          <p class="note wide-note">
            The page does not know this function. The server says whether there is one.
          </p>
        )}
      </div>
    </Panel>
  );
}

function TypeInput(props: {
  readonly accepted: readonly string[];
  readonly type: string;
  readonly all: readonly string[];
  readonly set: (part: Partial<Filled>) => void;
}): JSX.Element {
  const { accepted, type, all, set } = props;
  const choose = (value: string): void => set({ type: value, body: undefined });
  if (accepted.length > 0) {
    const types = accepted.includes(type) ? accepted : [type, ...accepted];
    return (
      <label>
        <span>Type</span>
        <select value={type} onChange={(event) => choose(event.currentTarget.value)}>
          {types.map((one) => (
            <option key={one} value={one}>
              {visible(one)}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <label>
      <span>Type</span>
      <input
        class="mono"
        list="send-types"
        value={type}
        placeholder="any: name it"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => choose(event.currentTarget.value)}
      />
      <datalist id="send-types">
        {all.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  );
}
