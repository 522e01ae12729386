import type { JSX } from "preact";
import { linkTo } from "../../route/route.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { duration } from "../../ui/numbers.ts";
import { Badge, Failure, Panel } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { Value } from "../../ui/values/value.tsx";
import type { Outcome } from "./submit.ts";

/** What came of the last message. */
export function OutcomePanel(props: {
  readonly outcome: Outcome;
  readonly to: { readonly typename: string; readonly id: string };
}): JSX.Element {
  const { outcome, to } = props;
  const { kind, tookMs } = outcome;
  // A receipt has the name of the store before the number.
  const number = kind === "sent" ? outcome.id.replace(/^.*-/s, "") : "";
  const words = { sent: "accepted", replied: "answered", refused: "refused" } as const;
  return (
    <Panel
      title="Answer"
      note={`after ${duration(Math.max(1, tookMs))}`}
      actions={<Badge tone={kind === "refused" ? "bad" : "good"}>{words[kind]}</Badge>}
    >
      <div class="body" role="status">
        {kind === "sent" && (
          <>
            <p>
              The message is stored
              {outcome.duplicate === true && ", and was before: the key is known"}. Its number is{" "}
              <a class="mono" href={linkTo("messages", { message: number })}>
                #<Text of={number} />
              </a>
              .
            </p>
            <p>
              It goes to <InstanceLink {...to} withFunction />.
            </p>
          </>
        )}
        {kind === "replied" && (
          <>
            <p class="note">
              <Text of={outcome.value.typename} mono /> from <InstanceLink {...to} withFunction />
            </p>
            <div class="sunken">
              <Value value={outcome.value} />
            </div>
          </>
        )}
        {kind === "refused" && (
          <>
            <Failure error={outcome.error} />
            {outcome.issues.length > 0 && <p class="note">Each issue stands at its field.</p>}
            {outcome.error.status === 0 && (
              <p class="note">
                It may have arrived. Send it again with the same key: it is handled once.
              </p>
            )}
          </>
        )}
      </div>
    </Panel>
  );
}
