import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { InstanceLink } from "../../ui/address.tsx";
import { Facts } from "../../ui/facts.tsx";
import { count, counted } from "../../ui/numbers.ts";
import { Badge, Panel } from "../../ui/parts.tsx";
import { Text, visible } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";
import { Value } from "../../ui/values/value.tsx";
import { LetterActions, type LetterProps } from "./letter-actions.tsx";

/** One dead letter: what it says, why it was given up, and what a replay would do. */
export function Letter(props: LetterProps & { readonly isChosen: boolean }): JSX.Element {
  const { letter, isChosen, onAct } = props;
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Where there is room for one column alone, it stands below the list.
    if (isChosen) top.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const { id, address, egress, message, error, attempts, failedAtMs } = letter;
  const { headers, headerCount = headers.length } = message;
  const hidden = headerCount - headers.length;
  return (
    <Panel
      title={`Letter ${id}`}
      class="letter"
      actions={<LetterActions letter={letter} onAct={onAct} />}
    >
      <div class="reason" ref={top}>
        <p>
          <strong>
            <bdi>{visible(error.message)}</bdi>
          </strong>{" "}
          <Badge tone="bad">{error.code}</Badge>
        </p>
        <p class="note">
          {egress === undefined ? "to " : "from "}
          <InstanceLink {...address} withFunction />
          {egress !== undefined && (
            <>
              {" "}
              to the egress <Text of={egress} mono />
            </>
          )}{" "}
          · {counted(attempts, "attempt")} · given up <At ms={failedAtMs} />
        </p>
      </div>
      <div class="message">
        <Value key={id} value={message} source={{ of: "dead-letter", id }} />
      </div>
      <Facts
        class="pairs"
        of={[
          ["Type", <Text of={message.typename} mono />],
          ...headers.map(
            ({ name, value, base64 = "null" }) =>
              [<Text of={name} max={60} />, <Text of={value ?? base64} max={200} mono />] as const,
          ),
          ["Headers", hidden > 0 ? `${count(hidden)} more are not shown` : undefined],
        ]}
      />
    </Panel>
  );
}
