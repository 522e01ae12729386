import type { JSX } from "preact";
import { apiUrl } from "../../api/client.ts";
import { hasToken } from "../../session/session.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { copy } from "../../ui/copy.ts";
import { Panel } from "../../ui/parts.tsx";
import { Segments } from "../../ui/segments.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { asCurl } from "../../ui/values/as-curl.ts";
import { asTypeScript } from "./as-typescript.ts";
import { type Draft, requestOf } from "./message.ts";
import type { Filled, SetFilled } from "./use-draft.ts";

/** How it is sent, and the buttons that do it. */
export function OptionsPanel(props: {
  readonly draft: Draft;
  readonly filled: Filled;
  readonly set: SetFilled;
  /** Why it cannot be sent; undefined: it can. */
  readonly problem: string | undefined;
  readonly isRunning: boolean;
  readonly send: () => void;
}): JSX.Element {
  const { draft, filled, set, problem, isRunning, send } = props;
  const { isCall } = draft;
  const curl = (): string => {
    const request = requestOf(draft);
    return asCurl(request, apiUrl("send", request.query).href, hasToken());
  };
  // The page stands below `/admin/`, and what the client asks for beside it.
  const typeScript = (): string =>
    asTypeScript(draft, apiUrl("../").href.replace(/\/$/, ""), hasToken());
  const time = isCall ? "timeoutMs" : "delayMs";
  return (
    <Panel title="How">
      <div class="body options">
        <Segments
          label="Way"
          choices={[
            { name: "", label: "Send" },
            { name: "true", label: "Call and wait" },
          ]}
          chosen={filled.call}
          choose={(call) => set({ call })}
        />
        <TextField
          label={`${isCall ? "Wait for the answer at most" : "Deliver after"}, in milliseconds`}
          class="short"
          inputMode="numeric"
          placeholder={isCall ? "30000" : "0"}
          value={filled[time]}
          set={(text) => set({ [time]: text.trim() })}
        />
        <TextField
          label="Idempotency key: with the same key it is sent once"
          class="mono"
          value={filled.key}
          set={(key) => set({ key })}
        />
        <TextField
          label="Why (optional), for the activity log"
          maxLength={500}
          value={filled.why}
          set={(why) => set({ why })}
        />
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
          <Button reason={problem} onClick={() => copy(typeScript(), "the program")}>
            Copy as TypeScript
          </Button>
        </div>
        {problem !== undefined && <p class="note">To send it: {problem}.</p>}
      </div>
    </Panel>
  );
}
