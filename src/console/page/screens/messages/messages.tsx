import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Recording, SpanTree } from "../../api/types.ts";
import { linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { Empty, Panel, Title } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { MessageFacts } from "./message-facts.tsx";
import { MessageList } from "./message-list.tsx";
import { MessageTree } from "./message-tree.tsx";
import { RecordingPanel } from "./recording-panel.tsx";

/** What a recording knows: messages as they come, or the tree of one. */
export function Messages(): JSX.Element {
  const lack = lackOf("recording");
  const reading = useRead<Recording>(lack === undefined ? "recording" : undefined);
  useFollow(reading, reading.data && topic("messages").value);
  const number = param("message");
  return (
    <>
      {number === "" ? (
        <Title>Messages</Title>
      ) : (
        <Title>
          <a href={linkTo("messages")}>Messages</a> / #{number}
        </Title>
      )}
      <Read of={reading} lack={lack} what="the recording">
        {(recording) => (
          <>
            {number !== "" && <One number={number} isOn={recording.on} />}
            <RecordingPanel recording={recording} again={reading.again} />
            {number === "" && (recording.on || recording.spans > 0) && <MessageList />}
          </>
        )}
      </Read>
    </>
  );
}

function One(props: { readonly number: string; readonly isOn: boolean }): JSX.Element {
  const { number, isOn } = props;
  const [typename, id] = ["function", "id"].map(param);
  const reading = useRead<SpanTree>(`messages/${encodeURIComponent(number)}`);
  if (reading.error?.status === 404) {
    return (
      <Panel title={`#${number}`}>
        <Empty>
          {isOn
            ? "It is not recorded. It arrived before the recording began, or is older than what is kept."
            : "It is not recorded. Recording is off."}{" "}
          {typename && (
            <>
              It went to <InstanceLink typename={typename} id={id ?? ""} withFunction />.
            </>
          )}
        </Empty>
      </Panel>
    );
  }
  return (
    <Read of={reading} what="the message">
      {(tree) => (
        <div class="message">
          <MessageTree tree={tree} number={number} />
          {tree.spans
            .filter((span) => span.number === number)
            .map((span) => (
              <MessageFacts key={span.number} span={span} />
            ))}
        </div>
      )}
    </Read>
  );
}
