import type { JSX } from "preact";
import type { FunctionRow, TypeRow } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { Facts } from "../../ui/facts.tsx";
import { span } from "../../ui/numbers.ts";
import { Badge, Empty, Panel } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { JsonTree } from "../../ui/values/json-tree.tsx";
import type { FunctionLine } from "./function-lines.ts";
import { Place } from "./function-table.tsx";

/** Types with their JSON Schema. */
export function TypesPanel(props: {
  readonly title: "Accepts" | "Replies";
  readonly names: readonly string[];
  readonly types: readonly TypeRow[];
}): JSX.Element {
  const { title, names, types } = props;
  return (
    <Panel title={title}>
      {names.length === 0 && (
        <Empty>{title === "Accepts" ? "Messages of any type." : "No reply."}</Empty>
      )}
      <ul class="types">
        {names.map((name) => (
          <li key={name}>
            <Type name={name} types={types} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Type({ name, types }: { readonly name: string; readonly types: readonly TypeRow[] }) {
  const { kind, schema } = types.find(({ typename }) => typename === name) ?? {};
  const title = (
    <>
      <Text of={name} mono /> <span class="note">{kind}</span>
    </>
  );
  if (schema === undefined) {
    return (
      <>
        {title} <span class="note">· no JSON Schema</span>
      </>
    );
  }
  return (
    <details>
      <summary>{title}</summary>
      <JsonTree value={schema} />
    </details>
  );
}

export function StatesPanel(props: {
  readonly row: FunctionRow;
  readonly types: readonly TypeRow[];
}): JSX.Element {
  const { states, remote } = props.row;
  return (
    <Panel title="States">
      {states.length === 0 && <Empty>{remote ? "Known only where it runs." : "No state."}</Empty>}
      <ul class="types">
        {states.map(({ name, type, expireAfterWriteMs, expireAfterCallMs }) => (
          <li key={name}>
            <b>
              <Text of={name} mono />
            </b>{" "}
            <span class="note">
              {expireAfterWriteMs !== undefined &&
                `expires ${span(expireAfterWriteMs)} after a write`}
              {expireAfterCallMs !== undefined && `expires ${span(expireAfterCallMs)} after a call`}
            </span>
            <div>
              <Type name={type} types={props.types} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Where it runs, and what happens when a step fails. */
export function SettingsPanel({ line }: { readonly line: FunctionLine }): JSX.Element {
  const { row, endpoint } = line;
  const { maxAttempts, initialDelayMs, maxDelayMs } = row.retry ?? {};
  return (
    <Panel title="Where and how">
      <Facts
        of={[
          ["Runs", <Place key="place" {...line} />],
          ["Endpoint", endpoint && <Answers key="up" {...endpoint} />],
          ["Attempts", maxAttempts ? `at most ${maxAttempts}` : "default"],
          ["First wait", initialDelayMs && span(initialDelayMs)],
          ["Longest wait", maxDelayMs && span(maxDelayMs)],
        ]}
      />
    </Panel>
  );
}

function Answers({ name, up, reason }: NonNullable<FunctionLine["endpoint"]>): JSX.Element {
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
