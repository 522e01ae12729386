import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Header } from "../../api/types.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { count } from "../../ui/numbers.ts";
import { Badge, Panel } from "../../ui/parts.tsx";
import { Text, visible } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";
import { Value } from "../../ui/values/value.tsx";
import { Consequence } from "./consequence.tsx";
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
          <InstanceLink typename={address.typename} id={address.id} withFunction />
          {egress !== undefined && (
            <>
              {" "}
              to the egress <Text of={egress} mono />
            </>
          )}{" "}
          · {attempts === 1 ? "1 attempt" : `${count(attempts)} attempts`} · given up{" "}
          <At ms={failedAtMs} />
        </p>
      </div>
      <div class="message">
        <Value key={id} value={message} source={{ of: "dead-letter", id }} />
      </div>
      <dl class="pairs">
        <div>
          <dt>Type</dt>
          <dd>
            <Text of={message.typename} mono />
          </dd>
        </div>
        {headers.map((header, at) => (
          <div key={`${at} ${header.name}`}>
            <dt>
              <Text of={header.name} max={60} />
            </dt>
            <dd>
              <HeaderValue header={header} />
            </dd>
          </div>
        ))}
        {headerCount > headers.length && (
          <div>
            <dt>Headers</dt>
            <dd class="note">{count(headerCount - headers.length)} more are not shown</dd>
          </div>
        )}
        <div>
          <dt>A replay</dt>
          <dd>
            <Consequence letter={letter} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function HeaderValue({ header: { value, base64 } }: { readonly header: Header }): JSX.Element {
  if (value === null) return <span class="note">null</span>;
  return <Text of={value ?? base64 ?? ""} max={200} mono />;
}
