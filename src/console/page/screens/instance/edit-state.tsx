import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, write } from "../../api/client.ts";
import type { Done } from "../../api/types.ts";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { Failure } from "../../ui/parts.tsx";
import { saidOf } from "../../ui/reads/done.ts";
import { Text } from "../../ui/text.tsx";
import {
  bodyOfValue,
  headerText,
  mediaTypes,
  problemOf,
  type ValueForm,
  type ValueText,
} from "../../ui/values/value-text.ts";
import { nothing, nothingOf, readState, type Stored } from "./read-state.ts";
import type { Chosen } from "./states.tsx";

interface EditProps {
  readonly typename: string;
  readonly id: string;
  readonly state: Chosen;
  readonly onClose: () => void;
}

const forms: readonly (readonly [ValueForm, string])[] = [
  ["json", "JSON"],
  ["text", "Text"],
  ["base64", "Bytes in base64"],
];

/** Writes a state by hand. The value that was seen must still be there: else the other one is shown, and it asks again. */
export function EditState({ typename, id, state, onClose }: EditProps): JSX.Element {
  const [draft, setDraft] = useState<ValueText>();
  const [before, setBefore] = useState<Stored>();
  const [theirs, setTheirs] = useState<Stored>();
  const [error, setError] = useState<ApiError>();
  const at = { function: typename, id, name: state.name };
  const load = async (): Promise<void> => {
    try {
      setError(undefined);
      const isThere = state.etag !== nothing;
      const stored = isThere ? await readState(at, state.typename) : nothingOf(state.typename);
      setBefore(stored);
      setDraft(stored.text);
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : new ApiError(0, "failed", String(problem)));
    }
  };
  useEffect(() => void load(), []);
  const keyFor = useKeys();
  const run = async ({ key, why }: Intent): Promise<string> => {
    if (draft === undefined || before === undefined) return "";
    const { etag } = theirs ?? before;
    const body = bodyOfValue(draft);
    const headers: Record<string, string> = {
      "if-match": etag,
      "content-type": mediaTypes[draft.form],
    };
    if (draft.form !== "text") headers["statefun-type"] = headerText(state.typename);
    try {
      // Another value, or over another value, is another intent.
      const parts = {
        key: keyFor(key, `${etag} ${draft.form} ${draft.text}`),
        query: at,
        headers,
        body,
      };
      const done = await write<Done>("PUT", "state", {
        ...parts,
        ...(why !== undefined && { why }),
      });
      return saidOf(done, `${state.name} is written.`, `${state.name} had this value already.`);
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 412) throw problem;
      setTheirs(await readState(at, state.typename));
      throw new ApiError(
        412,
        problem.code,
        "Meanwhile another value was written: it stands below yours. Write yours over it, or cancel.",
      );
    }
  };
  return (
    <Confirm
      title={before?.etag === nothing ? `Set ${state.name}?` : `Edit ${state.name}?`}
      action={theirs === undefined ? "Write" : "Write over it"}
      isDangerous={theirs !== undefined}
      isWide
      reason={draft === undefined ? "reading the value" : problemOf(draft)}
      run={run}
      onClose={onClose}
    >
      <p>
        A state of <Text of={typename} mono /> <Text of={id} max={60} mono />, of type{" "}
        <Text of={state.typename} mono />. It is written between two steps, and what a step wrote
        meanwhile is not lost: the value that you see must still be there.
      </p>
      <Failure error={error} again={load} />
      {draft !== undefined && <Editor draft={draft} onChange={setDraft} />}
      {theirs !== undefined && (
        <label class="area">
          <span>There now</span>
          <textarea class="mono" rows={8} readOnly value={theirs.text.text} />
        </label>
      )}
    </Confirm>
  );
}

function Editor(props: {
  readonly draft: ValueText;
  readonly onChange: (draft: ValueText) => void;
}): JSX.Element {
  const { draft, onChange } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  return (
    <>
      <label class="area">
        <span>Value</span>
        <textarea
          ref={area}
          class="mono"
          rows={12}
          spellcheck={false}
          value={draft.text}
          onInput={(event) => onChange({ ...draft, text: event.currentTarget.value })}
        />
      </label>
      <label class="form-of">
        <span>Written as</span>
        <select
          value={draft.form}
          onChange={(event) => {
            const form = forms.find(([one]) => one === event.currentTarget.value)?.[0] ?? "json";
            onChange({ ...draft, form });
          }}
        >
          {forms.map(([form, word]) => (
            <option key={form} value={form} selected={form === draft.form}>
              {word}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

/** A key for each different request of one dialog: the same request keeps its key when it is tried again. */
function useKeys(): (key: string, request: string) => string {
  const seen = useRef(new Map<string, string>());
  return (key, request) => {
    const known = seen.current.get(request) ?? `${key}-${seen.current.size}`;
    seen.current.set(request, known);
    return known;
  };
}
