import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { newKey } from "../../api/client.ts";
import type { FormContext } from "../../form/field-props.ts";
import { mayWrite } from "../../session/session.ts";
import { Failure, Title } from "../../ui/parts.tsx";
import { readFunctions, useFunctionList } from "../../ui/reads/use-functions.ts";
import { HistoryPanel } from "./history-panel.tsx";
import { isSecret } from "./last-values.ts";
import { type Draft, problemOfDraft } from "./message.ts";
import { OptionsPanel } from "./options-panel.tsx";
import { OutcomePanel } from "./outcome-panel.tsx";
import { remember } from "./remember.ts";
import { issuesOf, type Outcome, submit } from "./submit.ts";
import { TargetPanel } from "./target-panel.tsx";
import { acceptedBy, formOf, type KnownType, knownType, startOf } from "./types.ts";
import { type Filled, useDraft } from "./use-draft.ts";
import { ValuePanel } from "./value-panel.tsx";

/** Sends a message, or calls a function, with a form of the type's schema. */
export function Send(): JSX.Element {
  const list = useFunctionList();
  const typeOf = (one: Filled): KnownType =>
    knownType(one.type || (acceptedBy(one.function, list)[0] ?? ""), list);
  const [filled, set] = useDraft((one) => isSecret(typeOf(one).schema));
  const type = typeOf(filled);
  const draft = draftOf(filled, type);
  const isHidden = isSecret(type.schema);
  const [wrong, setWrongs] = useState<FormContext["wrong"]>({});
  const [outcome, setOutcome] = useState<Outcome>();
  const [isRunning, setRunning] = useState(false);
  const first = Object.values(wrong).find((why) => why !== undefined);
  const problem = problemOfDraft(draft) ?? (first && `mend the marked part: ${first}`);
  const send = async (): Promise<void> => {
    if (isRunning) return;
    setRunning(true);
    const next = await submit(draft, filled.why.trim());
    setRunning(false);
    setOutcome(next);
    if (next.error !== undefined) return;
    if (!isHidden) remember(draft.type, draft.body);
    // The next one is another message; what was sent stays in the form, as it was.
    set({ key: newKey(), body: draft.body });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the fields in it
    <div
      onKeyDown={(event) => {
        const isWanted = event.key === "Enter" && (event.ctrlKey || event.metaKey);
        if (isWanted && problem === undefined && mayWrite()) void send();
      }}
    >
      <Title>Send</Title>
      <Failure error={list.error} again={readFunctions} />
      <div class="send">
        <div>
          <TargetPanel {...{ list, filled, set }} type={type.typename} />
          <ValuePanel
            key={type.typename}
            {...{ type, draft, wrong }}
            setWrong={(part, why) => setWrongs((before) => ({ ...before, [part]: why }))}
            as={filled.as}
            // What was refused is shown while it stands there.
            issues={outcome?.draft.body === draft.body ? issuesOf(outcome.error) : []}
            setBody={(body) => set({ body })}
            setAs={(as) => {
              // JSON is no base64, and base64 is no JSON.
              const isOther = (as === "bytes") !== (draft.form === "base64");
              set({ as, ...(isOther && { body: undefined }) });
            }}
          />
        </div>
        <div>
          <OptionsPanel {...{ draft, filled, set, problem, isRunning, send }} />
          {outcome !== undefined && <OutcomePanel outcome={outcome} />}
          {draft.type !== "" && (
            <HistoryPanel type={draft.type} isSecret={isHidden} take={(body) => set({ body })} />
          )}
        </div>
      </div>
    </div>
  );
}

function draftOf(filled: Filled, type: KnownType): Draft {
  const form = formOf(type, filled.as);
  const { body = startOf(type, form), call } = filled;
  return { ...filled, isCall: call !== "", type: type.typename, form, body };
}
