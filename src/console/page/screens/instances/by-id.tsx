import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { go, param } from "../../route/route.ts";
import { recentInstances } from "../../session/recent.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { Panel } from "../../ui/parts.tsx";

/** Opens an instance by its name: where nothing lists them, it is the way to all of them. */
export function ById({ functions }: { readonly functions: readonly string[] }): JSX.Element {
  const [typed, setTyped] = useState<string>();
  const [id, setId] = useState("");
  const typename = typed ?? param("function");
  const recent = recentInstances();
  return (
    <Panel title="Open by id" class="by-id">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typename.trim() !== "") go("instance", { function: typename.trim(), id });
        }}
      >
        <input
          aria-label="Function"
          placeholder="Function"
          list="functions"
          required
          pattern="[^\s\/]+\/[^\s\/]+"
          title="namespace/name"
          value={typename}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <datalist id="functions">
          {functions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <input
          aria-label="Id"
          placeholder="Id"
          value={id}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setId(event.currentTarget.value)}
        />
        <button type="submit">Open</button>
      </form>
      {recent.length > 0 && (
        <p>
          <span class="note">Looked at in this tab:</span>
          {recent.map((one) => (
            <InstanceLink key={`${one.typename} ${one.id}`} {...one} withFunction />
          ))}
        </p>
      )}
    </Panel>
  );
}
