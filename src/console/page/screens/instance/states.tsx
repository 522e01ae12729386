import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { FunctionRow, Instance } from "../../api/types.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { copy } from "../../ui/copy.ts";
import { bytes, count, duration } from "../../ui/numbers.ts";
import { Empty, Panel } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { Value } from "../../ui/values/value.tsx";
import { EditState } from "./edit-state.tsx";
import { ForgetState } from "./forget-state.tsx";
import { nothing } from "./read-state.ts";

type State = Instance["state"][string];
type Declared = FunctionRow["states"][number];

interface StatesProps {
  readonly instance: Instance;
  readonly fn: FunctionRow | undefined;
  readonly onChange: () => unknown;
  readonly onDialog: (isOpen: boolean) => void;
}

/** One state of the list: stored, declared, or both. */
interface Line {
  readonly name: string;
  readonly state: State | undefined;
  readonly declared: Declared | undefined;
}

export interface Chosen {
  readonly name: string;
  readonly typename: string;
  readonly etag: string;
}

/** States with their values, and those that the function declares and has not set. */
export function States({ instance, fn, onChange, onDialog }: StatesProps): JSX.Element {
  const { typename, id, state } = instance;
  const [asked, setAsked] = useState<{ readonly what: "edit" | "forget"; readonly of: Chosen }>();
  const ask = (next: typeof asked): void => {
    setAsked(next);
    onDialog(next !== undefined);
  };
  const close = (): void => {
    ask(undefined);
    void onChange();
  };
  const stored = Object.keys(state).length;
  const lines = linesOf(state, fn);
  return (
    <Panel
      title="State"
      note={stored === 1 ? "1 value" : `${count(stored)} values`}
      actions={
        stored > 0 && (
          <Button onClick={() => void copy(jsonOf(state), "the state as JSON")}>Copy JSON</Button>
        )
      }
    >
      {lines.length === 0 && (
        <Empty>It keeps no state: its function has set none, or the state has expired.</Empty>
      )}
      <dl class="states">
        {lines.map((line) => (
          <StateLine
            key={line.name}
            line={line}
            of={{ typename, id }}
            onAsk={(what, of) => ask({ what, of })}
          />
        ))}
      </dl>
      {asked?.what === "edit" && (
        <EditState typename={typename} id={id} state={asked.of} onClose={close} />
      )}
      {asked?.what === "forget" && (
        <ForgetState typename={typename} id={id} state={asked.of} onClose={close} />
      )}
    </Panel>
  );
}

function linesOf(state: Instance["state"], fn: FunctionRow | undefined): readonly Line[] {
  const declared = new Map((fn?.states ?? []).map((one) => [one.name, one]));
  const names = new Set([...declared.keys(), ...Object.keys(state)]);
  return [...names].map((name) => ({
    name,
    state: Object.hasOwn(state, name) ? state[name] : undefined,
    declared: declared.get(name),
  }));
}

function StateLine(props: {
  readonly line: Line;
  readonly of: { readonly typename: string; readonly id: string };
  readonly onAsk: (what: "edit" | "forget", of: Chosen) => void;
}): JSX.Element {
  const { name, state, declared } = props.line;
  const { typename: fn, id } = props.of;
  const type = state?.typename ?? declared?.type ?? "";
  // No value has the tag of nothing.
  const chosen = { name, typename: type, etag: state?.etag ?? nothing };
  const source = { of: "state", function: fn, id, name };
  return (
    <div class={isTree(state) ? "block" : undefined}>
      <dt>
        <Text of={name} max={60} mono />
        <span class="note">
          <Text of={type.replace("io.statefun.types/", "")} max={60} />
          {state !== undefined && sizeOf(state)}
        </span>
      </dt>
      <dd>
        <div class="value">
          {state !== undefined ? (
            <Value value={state} source={source} key={state.etag} />
          ) : (
            <span class="note">none</span>
          )}
          {declared !== undefined && <Expiration of={declared} />}
        </div>
        <span class="buttons">
          <WriteButton onClick={() => props.onAsk("edit", chosen)}>
            {state === undefined ? "Set…" : "Edit…"}
          </WriteButton>
          {state !== undefined && (
            <WriteButton tone="danger" onClick={() => props.onAsk("forget", chosen)}>
              Forget…
            </WriteButton>
          )}
        </span>
      </dd>
    </div>
  );
}

function Expiration({ of }: { readonly of: Declared }): JSX.Element | null {
  const { expireAfterWriteMs: write, expireAfterCallMs: call } = of;
  if (write === undefined && call === undefined) return null;
  return (
    <span class="note">
      expires {duration(write ?? call ?? 0)} after {write === undefined ? "a call" : "a write"}
    </span>
  );
}

function isTree(state: State | undefined): boolean {
  return (
    state !== undefined &&
    (state.size !== undefined || (typeof state.value === "object" && state.value !== null))
  );
}

/** Of what is shown whole: a large value says it by itself. */
function sizeOf({ typename, value, base64, size }: State): string {
  if (size !== undefined || typename.startsWith("io.statefun.types/")) return "";
  const length =
    base64 === undefined
      ? new TextEncoder().encode(JSON.stringify(value)).length
      : Math.floor((base64.replaceAll("=", "").length * 3) / 4);
  return ` · ${bytes(length)}`;
}

/** What is small, as it is; of what is large how it begins. */
function jsonOf(state: Instance["state"]): string {
  const all = Object.entries(state).map(([name, { etag: _, ...shown }]) => {
    const isPlain = "value" in shown && shown.size === undefined;
    return [name, isPlain ? shown.value : shown] as const;
  });
  return JSON.stringify(Object.fromEntries(all), null, 2);
}
