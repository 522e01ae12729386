import type { JSX } from "preact";
import { change, param } from "../../route/route.ts";
import { Title } from "../../ui/parts.tsx";
import { matching, sorted } from "./function-lines.ts";
import { FunctionTable } from "./function-table.tsx";
import { OneFunction } from "./one-function.tsx";
import { useLines } from "./use-lines.ts";

export function Functions(): JSX.Element {
  const typename = param("function");
  return typename === "" ? <AllFunctions /> : <OneFunction key={typename} typename={typename} />;
}

function AllFunctions(): JSX.Element {
  const all = useLines();
  const text = param("text");
  const shown = sorted(matching(all.data ?? [], text), param("sort"));
  const note = all.data && `${shown.length} of ${all.data.length}${all.isMore ? "+" : ""}`;
  return (
    <>
      <Title
        note={note}
        actions={
          <input
            type="search"
            value={text}
            placeholder="Part of a name"
            aria-label="Functions with this in their name"
            onInput={(event) => change({ text: event.currentTarget.value })}
          />
        }
      >
        Functions
      </Title>
      <div class="panel">
        <FunctionTable of={all} choose={() => shown} isWhole />
      </div>
    </>
  );
}
