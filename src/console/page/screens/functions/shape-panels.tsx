import type { JSX } from "preact";
import type { FunctionRow, TypeRow } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { Facts } from "../../ui/facts.tsx";
import { span } from "../../ui/numbers.ts";
import { Badge, Empty, Panel } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { JsonTree } from "../../ui/values/json-tree.tsx";
import { Place } from "./columns.tsx";
import type { FunctionView } from "./function-view.ts";

/** Types with their JSON Schema. */
export function TypesPanel(props: {
  readonly title: string;
  readonly names: readonly string[];
  readonly types: readonly TypeRow[];
}): JSX.Element {
  const { title, names, types } = props;
  return (
    <Panel title={title} note={names.length > 1 ? `${names.length} types` : undefined}>
      {names.length === 0 && (
        <Empty>{title === "Accepts" ? "Messages of any type." : "It declares no reply."}</Empty>
      )}
      <ul class="types">
        {names.map((name) => (
          <li key={name}>
            <Type name={name} type={types.find(({ typename }) => typename === name)} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Type({ name, type }: { readonly name: string; readonly type: TypeRow | undefined }) {
  const title = (
    <>
      <Text of={name} mono /> {type !== undefined && <span class="note">{type.kind}</span>}
    </>
  );
  if (type?.schema === undefined) {
    return (
      <>
        {title} <span class="note">· no JSON Schema</span>
      </>
    );
  }
  return (
    <details>
      <summary>{title}</summary>
      <JsonTree value={type.schema} />
    </details>
  );
}

export function StatesPanel(props: {
  readonly row: FunctionRow;
  readonly types: readonly TypeRow[];
}): JSX.Element {
  const { row, types } = props;
  const { states } = row;
  return (
    <Panel title="States" note={states.length === 0 ? undefined : `${states.length}`}>
      {states.length === 0 && (
        <Empty>{row.remote ? "Its states are known where it runs." : "It has no state."}</Empty>
      )}
      <ul class="types">
        {states.map(({ name, type, ...expiration }) => (
          <li key={name}>
            <b>
              <Text of={name} mono />
            </b>{" "}
            <span class="note">{expirationOf(expiration)}</span>
            <div>
              <Type name={type} type={types.find(({ typename }) => typename === type)} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

type State = FunctionRow["states"][number];

function expirationOf(state: Pick<State, "expireAfterWriteMs" | "expireAfterCallMs">): string {
  const { expireAfterWriteMs: write, expireAfterCallMs: call } = state;
  if (write !== undefined) return `expires ${span(write)} after a write`;
  return call === undefined ? "" : `expires ${span(call)} after a message`;
}

/** Where it runs, and what happens when a step fails. */
export function SettingsPanel({ view }: { readonly view: FunctionView }): JSX.Element {
  const { row, endpoint } = view;
  const { maxAttempts, initialDelayMs, maxDelayMs } = row.retry ?? {};
  return (
    <Panel title="Where and how">
      <Facts
        of={[
          ["Runs", <Place key="place" view={view} />],
          ["Endpoint", endpoint === undefined ? undefined : <Answers key="up" {...endpoint} />],
          [
            "Attempts",
            maxAttempts === undefined ? "as the engine has it" : `at most ${maxAttempts}`,
          ],
          ["First wait", initialDelayMs === undefined ? undefined : span(initialDelayMs)],
          ["Longest wait", maxDelayMs === undefined ? undefined : span(maxDelayMs)],
        ]}
      />
    </Panel>
  );
}

function Answers({ name, up, reason }: NonNullable<FunctionView["endpoint"]>): JSX.Element {
  return (
    <>
      <Badge tone={up ? "good" : "bad"}>{up ? "answers" : "down"}</Badge>{" "}
      {reason !== undefined && (
        <a href={linkTo("connections", { endpoint: name })}>
          <Text of={reason} max={200} />
        </a>
      )}
    </>
  );
}
