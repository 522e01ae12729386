import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Recording, SpanTree } from "../../api/types.ts";
import { linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Empty, Failure, Lack, Loading, Panel, Title } from "../../ui/parts.tsx";
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
  const { data, error, isLoading, again } = reading;
  useFollow(reading, data === undefined ? undefined : topic("messages").value);
  const number = param("message");
  if (lack !== undefined) {
    return (
      <>
        <Title>Messages</Title>
        <Panel title="Recording">
          <Lack of={lack} />
        </Panel>
      </>
    );
  }
  const isOld = error?.status === 404 && error.code === "not_found";
  return (
    <>
      <Title note={number === "" ? "what was recorded, without values" : undefined}>
        {number === "" ? (
          "Messages"
        ) : (
          <>
            <a href={linkTo("messages")}>Messages</a> / #{number}
          </>
        )}
      </Title>
      {isOld ? (
        <Panel title="Recording">
          <Empty>This server does not record messages: it is older.</Empty>
        </Panel>
      ) : (
        <Failure error={error} again={again} />
      )}
      <Loading isLoading={isLoading && data === undefined} what="the recording" />
      {data !== undefined && number !== "" && <One number={number} />}
      {data !== undefined && <RecordingPanel recording={data} again={again} />}
      {data !== undefined && number === "" && (data.on || data.spans > 0) && (
        <MessageList isOn={data.on} />
      )}
    </>
  );
}

function One({ number }: { readonly number: string }): JSX.Element {
  const { data, error, isLoading, again } = useRead<SpanTree>(
    `messages/${encodeURIComponent(number)}`,
  );
  const span = data?.spans.find((one) => one.number === number);
  const isMissing = error?.status === 404;
  return (
    <>
      {isMissing ? (
        <Panel title={`#${number}`}>
          <Empty>
            The recording does not have it: it came before, or is not among the newest any more.
          </Empty>
        </Panel>
      ) : (
        <Failure error={error} again={again} />
      )}
      <Loading isLoading={isLoading && data === undefined} what="the message" />
      {data !== undefined && (
        <div class="message">
          <MessageTree tree={data} number={number} />
          {span !== undefined && <MessageFacts span={span} />}
        </div>
      )}
    </>
  );
}
