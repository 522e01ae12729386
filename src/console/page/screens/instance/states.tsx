import type { JSX } from "preact";
import type { FunctionRow, Instance } from "../../api/types.ts";
import { Act } from "../../ui/act.tsx";
import { Button, WriteButton } from "../../ui/button.tsx";
import { copy } from "../../ui/copy.ts";
import { counted, duration } from "../../ui/numbers.ts";
import { Empty, Panel } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import type { Ask } from "../../ui/use-dialog.ts";
import { Value } from "../../ui/values/value.tsx";
import { About } from "./actions.tsx";
import { EditState } from "./edit-state.tsx";
import { type Chosen, nothing, queryOf } from "./read-state.ts";

type State = Instance["state"][string];
type Declared = FunctionRow["states"][number];

interface LineProps {
  /** No value has the tag of nothing. */
  readonly chosen: Chosen;
  readonly state: State | undefined;
  readonly declared: Declared | undefined;
  readonly ask: Ask;
}

/** States with their values, and those that the function declares and has not set. */
export function States(props: {
  readonly instance: Instance;
  readonly fn: FunctionRow | undefined;
  readonly ask: Ask;
}): JSX.Element {
  const { instance, fn, ask } = props;
  const stored = new Map(Object.entries(instance.state));
  const declared = new Map((fn?.states ?? []).map((one) => [one.name, one]));
  const lines = [...new Set([...declared.keys(), ...stored.keys()])].map((name): LineProps => {
    const [state, type] = [stored.get(name), declared.get(name)];
    const typename = state?.typename ?? type?.type ?? "";
    const seen = { etag: state?.etag ?? nothing, size: state?.size ?? 0 };
    return { chosen: { of: instance, name, typename, ...seen }, state, declared: type, ask };
  });
  return (
    <Panel
      title="State"
      note={counted(stored.size, "value")}
      actions={
        stored.size > 0 && (
          <Button onClick={() => void copy(jsonOf(stored), "the state as JSON")}>Copy JSON</Button>
        )
      }
    >
      {lines.length === 0 && <Empty>No state: none was set, or it has expired.</Empty>}
      <dl class="states">
        {lines.map((line) => (
          <StateLine key={line.chosen.name} {...line} />
        ))}
      </dl>
    </Panel>
  );
}

function StateLine({ chosen, state, declared, ask }: LineProps): JSX.Element {
  const { name, typename } = chosen;
  return (
    <div class={state !== undefined && isTree(state) ? "block" : undefined}>
      <dt>
        <Text of={name} max={60} mono />
        <span class="note">
          <Text of={typename.replace("io.statefun.types/", "")} max={60} />
        </span>
      </dt>
      <dd>
        <div class="value">
          {state === undefined ? (
            <span class="note">none</span>
          ) : (
            <Value key={state.etag} value={state} source={{ of: "state", ...queryOf(chosen) }} />
          )}
          {declared !== undefined && <Expiration of={declared} />}
        </div>
        <span class="buttons">
          <WriteButton onClick={() => ask((close) => <EditState state={chosen} onClose={close} />)}>
            {state === undefined ? "Set…" : "Edit…"}
          </WriteButton>
          {state !== undefined && (
            <WriteButton
              tone="danger"
              onClick={() => ask((close) => <ForgetState state={chosen} onClose={close} />)}
            >
              Forget…
            </WriteButton>
          )}
        </span>
      </dd>
    </div>
  );
}

/** Forgets the value that was seen. */
function ForgetState(props: { readonly state: Chosen; readonly onClose: () => void }): JSX.Element {
  const { state, onClose } = props;
  return (
    <Act
      title={`Forget ${state.name}?`}
      action="Forget"
      isDangerous
      method="DELETE"
      path="state"
      parts={{ query: queryOf(state), headers: { "if-match": state.etag } }}
      done={`${state.name} is forgotten.`}
      onClose={onClose}
    >
      <About of={state.of}>
        This cannot be taken back. If the value has changed meanwhile, nothing is done.
      </About>
    </Act>
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

function isTree({ size, value, base64 }: State): boolean {
  return size !== undefined || base64 !== undefined || Object(value) === value;
}

/** What is small, as it is; of what is large how it begins. */
function jsonOf(stored: ReadonlyMap<string, State>): string {
  const shown = [...stored].map(([name, state]) => [name, "value" in state ? state.value : state]);
  return JSON.stringify(Object.fromEntries(shown), null, 2);
}
