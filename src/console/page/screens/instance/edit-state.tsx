import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, write } from "../../api/client.ts";
import type { Done } from "../../api/types.ts";
import { noteRefusal } from "../../session/session.ts";
import { useKeys } from "../../ui/act.tsx";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { bytes } from "../../ui/numbers.ts";
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
import { About } from "./actions.tsx";
import { type Chosen, nothing, nothingOf, queryOf, readState, type Stored } from "./read-state.ts";

const maxBytes = 1_048_576;

const forms: readonly (readonly [ValueForm, string])[] = [
  ["json", "JSON"],
  ["text", "Text"],
  ["base64", "Bytes in base64"],
];

/** Writes a state by hand. The value that was seen must still be there: else the other one is shown, and it asks again. */
export function EditState(props: {
  readonly state: Chosen;
  readonly onClose: () => void;
}): JSX.Element {
  const { state, onClose } = props;
  const [draft, setDraft] = useState<ValueText>();
  const [before, setBefore] = useState<Stored>();
  const [theirs, setTheirs] = useState<Stored>();
  const [error, setError] = useState<ApiError>();
  const isNew = state.etag === nothing;
  const isLarge = state.size > maxBytes;
  const load = async (): Promise<void> => {
    setError(undefined);
    try {
      const stored = isNew ? nothingOf(state) : await readState(state);
      setBefore(stored);
      setDraft(stored.text);
    } catch (problem) {
      setError(noteRefusal(problem));
    }
  };
  useEffect(() => {
    if (!isLarge) void load();
  }, []);
  const keyFor = useKeys();
  const run = async ({ key, why }: Intent): Promise<string> => {
    if (draft === undefined || before === undefined) return "";
    const { etag } = theirs ?? before;
    try {
      const done = await write<Done>("PUT", "state", {
        // Another value, or over another value, is another intent.
        key: keyFor(key, `${etag} ${draft.form} ${draft.text}`),
        why,
        query: queryOf(state),
        headers: headersOf(state, etag, draft.form),
        body: bodyOfValue(draft),
      });
      return saidOf(done, `${state.name} is written.`, `${state.name} had this value already.`);
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 412) throw problem;
      setTheirs(await readState(state));
      const text = "Meanwhile another value was written. Write yours over it, or cancel.";
      throw new ApiError(412, problem.code, text);
    }
  };
  const large = `too large to edit here: at most ${bytes(maxBytes)}. Use PUT /admin/state`;
  const problem = draft === undefined ? "reading the value" : problemOf(draft);
  return (
    <Confirm
      title={`${isNew ? "Set" : "Edit"} ${state.name}?`}
      action={theirs === undefined ? "Write" : "Write over it"}
      isDangerous={theirs !== undefined}
      isWide
      reason={isLarge ? large : problem}
      run={run}
      onClose={onClose}
    >
      <About of={state.of}>
        Of type <Text of={state.typename} mono />. If the value has changed meanwhile, nothing is
        written.
      </About>
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

function headersOf({ typename }: Chosen, etag: string, form: ValueForm): Record<string, string> {
  return {
    "if-match": etag,
    "content-type": mediaTypes[form],
    ...(form !== "text" && { "statefun-type": headerText(typename) }),
  };
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
          onChange={({ currentTarget: { value } }) => {
            const form = forms.find(([one]) => one === value)?.[0] ?? "json";
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
