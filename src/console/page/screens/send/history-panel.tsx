import type { JSX } from "preact";
import { Empty, Panel } from "../../ui/parts.tsx";
import { visible } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";
import { compact } from "../../ui/values/value-text.ts";
import { forget, lastValues } from "./remember.ts";

const shownLength = 160;

/** Values of this type that were sent from this browser. */
export function HistoryPanel(props: {
  readonly type: string;
  readonly isSecret: boolean;
  readonly take: (body: string) => void;
}): JSX.Element {
  const { type, isSecret, take } = props;
  const own = lastValues.value.filter((one) => one.type === type);
  return (
    <Panel
      title="Last values"
      note="kept in this browser"
      actions={
        own.length > 0 && (
          <button type="button" onClick={() => forget(type)}>
            Clear
          </button>
        )
      }
    >
      {own.length === 0 ? (
        <Empty>
          {isSecret
            ? "This type has a secret part. Its values are not kept."
            : "What you send of this type appears here."}
        </Empty>
      ) : (
        <ul class="last-values">
          {own.map(({ body, atMs }) => (
            <li key={body}>
              <button type="button" class="mono" onClick={() => take(body)}>
                {visible(compact(body).slice(0, shownLength))}
              </button>
              <span class="note">
                <Ago ms={atMs} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
