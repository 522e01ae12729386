import type { JSX } from "preact";
import { go, param } from "../../route/route.ts";
import { recentInstances } from "../../session/recent.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { Panel } from "../../ui/parts.tsx";
import { useFunctions } from "../../ui/reads/use-functions.ts";

/** Opens an instance by its name: where nothing lists them, it is the way to all of them. */
export function ById(): JSX.Element {
  const recent = recentInstances();
  return (
    <Panel title="Open by id" class="by-id">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          const [typename, id] = [given.get("function"), given.get("id")].map(String);
          go("instance", { function: typename?.trim(), id });
        }}
      >
        <input
          name="function"
          aria-label="Function"
          placeholder="Function"
          list="functions"
          required
          pattern="[^\s\/]+\/[^\s\/]+"
          title="namespace/name"
          defaultValue={param("function")}
          spellcheck={false}
          autocomplete="off"
        />
        <datalist id="functions">
          {useFunctions()?.map(({ typename }) => (
            <option key={typename} value={typename} />
          ))}
        </datalist>
        <input name="id" aria-label="Id" placeholder="Id" spellcheck={false} autocomplete="off" />
        <button type="submit">Open</button>
      </form>
      {recent.length > 0 && (
        <p>
          <span class="note">Seen in this tab:</span>
          {recent.map((one) => (
            <InstanceLink key={`${one.typename} ${one.id}`} {...one} withFunction />
          ))}
        </p>
      )}
    </Panel>
  );
}
