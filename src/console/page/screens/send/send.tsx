import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { newKey } from "../../api/client.ts";
import type { FunctionsPage } from "../../api/types.ts";
import type { Issue } from "../../form/field-props.ts";
import { mayWrite } from "../../session/session.ts";
import { Failure, Title } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { HistoryPanel } from "./history-panel.tsx";
import { isSecret } from "./last-values.ts";
import { type Draft, problemOfDraft, requestOf } from "./message.ts";
import { OptionsPanel } from "./options-panel.tsx";
import { OutcomePanel } from "./outcome-panel.tsx";
import { remember } from "./remember.ts";
import { type Outcome, submit } from "./submit.ts";
import { TargetPanel } from "./target-panel.tsx";
import { acceptedBy, formOf, type KnownType, knownType, startOf } from "./types.ts";
import { type Filled, useDraft } from "./use-draft.ts";
import { ValuePanel } from "./value-panel.tsx";

const noIssues: readonly Issue[] = [];

/** Sends a message, or calls a function, with a form of the type's schema. */
export function Send(): JSX.Element {
  const functions = useRead<FunctionsPage>("functions", { limit: 1_000 });
  const page = functions.data;
  const { filled, set } = useDraft((type) => isSecret(knownType(type, page).schema));
  const type = knownType(filled.type || (acceptedBy(filled.function, page)[0] ?? ""), page);
  const draft = draftOf(filled, type);
  const { wrong, setWrong } = useWrong();
  const { outcome, issues, isRunning, send } = useSending(draft, type, filled, set);
  const problem = problemOfDraft(draft) ?? wrong;
  const to = { typename: filled.function, id: filled.id };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the fields in it
    <div
      onKeyDown={(event) => {
        const isWanted = event.key === "Enter" && (event.ctrlKey || event.metaKey);
        if (isWanted && problem === undefined && mayWrite()) void send();
      }}
    >
      <Title note="as a caller from outside: the activity log says who did it">Send</Title>
      <Failure error={functions.error} again={functions.again} />
      <div class="send">
        <div>
          <TargetPanel {...{ page, filled, set }} type={type.typename} />
          <ValuePanel
            key={type.typename}
            {...{ type, issues, setWrong }}
            form={draft.form}
            body={draft.body}
            as={filled.as}
            setBody={(body) => set({ body })}
            setAs={(as) => set({ as, ...(isOtherForm(as, draft) ? { body: undefined } : {}) })}
          />
        </div>
        <div>
          <OptionsPanel {...{ draft, filled, set, problem, isRunning }} send={() => void send()} />
          {outcome !== undefined && <OutcomePanel outcome={outcome} to={outcome.to ?? to} />}
          <HistoryPanel
            type={type.typename}
            isSecret={isSecret(type.schema)}
            take={(body) => set({ body })}
          />
        </div>
      </div>
    </div>
  );
}

/** JSON is no base64, and base64 is no JSON. */
function isOtherForm(as: string, { form }: Draft): boolean {
  return (as === "bytes") !== (form === "base64");
}

function draftOf(filled: Filled, type: KnownType): Draft {
  const form = formOf(type, filled.as);
  const { body = type.typename === "" ? "{}" : startOf(type, form) } = filled;
  const { function: name, id, delayMs, isCall, timeoutMs, key } = filled;
  return {
    ...{ function: name, id, delayMs, isCall, timeoutMs, key },
    form,
    body,
    type: type.typename,
  };
}

/** Parts of the form that are no values now; the reason of the first. */
function useWrong(): {
  readonly wrong: string | undefined;
  readonly setWrong: (part: string, why: string | undefined) => void;
} {
  const parts = useRef(new Map<string, string>());
  const [wrong, setFirst] = useState<string>();
  const setWrong = (part: string, why: string | undefined): void => {
    if (why === undefined) parts.current.delete(part);
    else parts.current.set(part, why);
    const [first] = parts.current.values();
    setFirst(first === undefined ? undefined : `mend the marked part: ${first}`);
  };
  return { wrong, setWrong };
}

function useSending(
  draft: Draft,
  type: KnownType,
  filled: Filled,
  set: (part: Partial<Filled>) => void,
) {
  const [outcome, setOutcome] = useState<
    Outcome & { readonly to: { typename: string; id: string }; readonly body: string }
  >();
  const [isRunning, setRunning] = useState(false);
  const send = async (): Promise<void> => {
    if (isRunning) return;
    setRunning(true);
    const request = requestOf(draft);
    const why = filled.why.trim() === "" ? undefined : filled.why.trim();
    const query = { ...request.query, why };
    const said = await submit({ ...request, query }, draft.isCall);
    setRunning(false);
    const to = { typename: draft.function, id: draft.id };
    setOutcome({ ...said, to, body: draft.body });
    if (said.kind === "refused") return;
    if (!isSecret(type.schema)) remember(type.typename, draft.body);
    // The next one is another message; what was sent stays in the form, as it was.
    set({ key: newKey(), body: draft.body });
  };
  // What was refused is shown while it stands there.
  const isSame = outcome?.kind === "refused" && outcome.body === draft.body;
  return { outcome, issues: isSame ? outcome.issues : noIssues, isRunning, send };
}
