import type { JSX } from "preact";
import { linkTo } from "../../route/route.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { duration } from "../../ui/numbers.ts";
import { Badge, Failure, Panel } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { Value } from "../../ui/values/value.tsx";
import { issuesOf, type Outcome } from "./submit.ts";

/** What came of the last message. */
export function OutcomePanel({ outcome }: { readonly outcome: Outcome }): JSX.Element {
  const { draft, tookMs, receipt, reply, error } = outcome;
  const to = <InstanceLink typename={draft.function} id={draft.id} withFunction />;
  // A receipt has the name of the store before the number.
  const number = receipt?.id.replace(/^.*-/s, "") ?? "";
  return (
    <Panel
      title="Answer"
      note={`after ${duration(Math.max(1, tookMs))}`}
      actions={
        <Badge tone={error === undefined ? "good" : "bad"}>
          {error !== undefined ? "refused" : receipt === undefined ? "answered" : "accepted"}
        </Badge>
      }
    >
      <div class="body" role="status">
        {receipt !== undefined && (
          <>
            <p>
              The message is stored{receipt.duplicate && ", and was before: the key is known"}. Its
              number is{" "}
              <a
                class="mono"
                href={linkTo("messages", {
                  message: number,
                  function: draft.function,
                  id: draft.id,
                })}
              >
                #<Text of={number} />
              </a>
              .
            </p>
            <p>It goes to {to}.</p>
          </>
        )}
        {reply !== undefined && (
          <>
            <p class="note">
              <Text of={reply.typename} mono /> from {to}
            </p>
            <div class="sunken">
              <Value value={reply} />
            </div>
          </>
        )}
        {issuesOf(error).length > 0 ? (
          <p>Errors are shown at the fields.</p>
        ) : (
          <Failure error={error} />
        )}
        {error?.status === 0 && (
          <p class="note">
            It may have arrived. Send it again with the same key: it is handled once.
          </p>
        )}
      </div>
    </Panel>
  );
}
