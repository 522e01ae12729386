import type { JSX } from "preact";
import { apiUrl, newKey } from "../../api/client.ts";
import { hasToken } from "../../session/session.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { copy } from "../../ui/copy.ts";
import { Panel } from "../../ui/parts.tsx";
import { Segments } from "../../ui/segments.tsx";
import { asCurl } from "../../ui/values/as-curl.ts";
import { asTypeScript } from "./as-typescript.ts";
import { type Draft, requestOf } from "./message.ts";
import type { Filled } from "./use-draft.ts";

/** How it is sent, and the buttons that do it. */
export function OptionsPanel(props: {
  readonly draft: Draft;
  readonly filled: Filled;
  readonly set: (part: Partial<Filled>) => void;
  /** Why it cannot be sent; undefined: it can. */
  readonly problem: string | undefined;
  readonly isRunning: boolean;
  readonly send: () => void;
}): JSX.Element {
  const { draft, filled, set, problem, isRunning, send } = props;
  const { isCall } = filled;
  const curl = (): string => {
    const request = requestOf(draft);
    return asCurl(request, apiUrl("send", request.query).href, hasToken());
  };
  // The page stands below `/admin/`, and what the client asks for beside it.
  const publicUrl = (): string => apiUrl("../").href.replace(/\/$/, "");
  return (
    <Panel title="How">
      <div class="body options">
        <Segments
          label="Way"
          choices={[
            { name: "send", label: "Send" },
            { name: "call", label: "Call and wait" },
          ]}
          chosen={isCall ? "call" : "send"}
          choose={(name) => set({ isCall: name === "call" })}
        />
        {isCall ? (
          <Milliseconds
            label="Wait for the answer at most"
            value={filled.timeoutMs}
            placeholder="30000"
            onChange={(timeoutMs) => set({ timeoutMs })}
          />
        ) : (
          <Milliseconds
            label="Deliver after"
            value={filled.delayMs}
            placeholder="0"
            onChange={(delayMs) => set({ delayMs })}
          />
        )}
        <label>
          <span>Idempotency key: with the same key it is sent once</span>
          <span class="with-button">
            <input
              class="mono"
              value={filled.key}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => set({ key: event.currentTarget.value })}
            />
            <button type="button" onClick={() => set({ key: newKey() })}>
              New
            </button>
          </span>
        </label>
        <label>
          <span>Why, for the activity log</span>
          <input
            value={filled.why}
            maxLength={500}
            autocomplete="off"
            onInput={(event) => set({ why: event.currentTarget.value })}
          />
        </label>
        <div class="switches">
          <WriteButton
            tone="primary"
            reason={isRunning ? "it is on its way" : problem}
            onClick={send}
          >
            {isCall ? "Call" : "Send"}
          </WriteButton>
          <Button reason={problem} onClick={() => copy(curl(), "the command")}>
            Copy as curl
          </Button>
          <Button
            reason={problem}
            onClick={() => copy(asTypeScript(draft, publicUrl(), hasToken()), "the program")}
          >
            Copy as TypeScript
          </Button>
        </div>
        {problem !== undefined && <p class="note">To send it: {problem}.</p>}
        {isRunning && <p class="note">It is on its way…</p>}
      </div>
    </Panel>
  );
}

function Milliseconds(props: {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const { label, value, placeholder, onChange } = props;
  return (
    <label>
      <span>{label}, in milliseconds</span>
      <input
        class="short"
        inputMode="numeric"
        autocomplete="off"
        value={value}
        placeholder={placeholder}
        onInput={(event) => onChange(event.currentTarget.value.trim())}
      />
    </label>
  );
}
