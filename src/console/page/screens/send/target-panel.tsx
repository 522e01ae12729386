import type { JSX } from "preact";
import { Panel } from "../../ui/parts.tsx";
import type { FunctionList } from "../../ui/reads/use-functions.ts";
import { visible } from "../../ui/text.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { acceptedBy, allTypes } from "./types.ts";
import type { Filled, SetFilled } from "./use-draft.ts";

/** To whom, and of which type. */
export function TargetPanel(props: {
  readonly list: FunctionList;
  readonly filled: Filled;
  readonly type: string;
  readonly set: SetFilled;
}): JSX.Element {
  const { list, filled, type, set } = props;
  const names = list.rows?.map(({ typename }) => typename) ?? [];
  const accepted = acceptedBy(filled.function, list);
  const setType = (value: string): void => set({ type: value, body: undefined });
  return (
    <Panel title="To">
      <div class="body target">
        <TextField
          label="Function"
          class="mono"
          list="send-functions"
          placeholder="for example shop/cart"
          value={filled.function}
          // Another function takes other types.
          set={(value) => set({ function: value, type: "", body: undefined })}
        />
        <TextField
          label="Id"
          class="mono"
          placeholder="(empty)"
          value={filled.id}
          set={(id) => set({ id })}
        />
        {accepted.length > 0 ? (
          <label>
            <span>Type</span>
            <select value={type} onChange={(event) => setType(event.currentTarget.value)}>
              {[...new Set([...accepted, type])].map((one) => (
                <option key={one} value={one}>
                  {visible(one)}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <TextField
            label="Type"
            class="mono"
            list="send-types"
            placeholder="any: name it"
            value={type}
            set={setType}
          />
        )}
        <Names id="send-functions" of={names} />
        <Names id="send-types" of={allTypes(list)} />
      </div>
    </Panel>
  );
}

function Names(props: { readonly id: string; readonly of: readonly string[] }): JSX.Element {
  return (
    <datalist id={props.id}>
      {props.of.map((one) => (
        <option key={one} value={one} />
      ))}
    </datalist>
  );
}
