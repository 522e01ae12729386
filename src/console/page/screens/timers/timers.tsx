import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { FunctionsTopic, Timer } from "../../api/types.ts";
import { param } from "../../route/route.ts";
import { me } from "../../session/session.ts";
import { FunctionFilter, TextFilter } from "../../ui/filters.tsx";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Empty, Panel, Title } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
import { Read, ReadAgain } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { TimerTable } from "../../ui/timer-table.tsx";
import { useDialog } from "../../ui/use-dialog.ts";

const limit = 50;

interface TimersPage {
  readonly timers: readonly Timer[];
  readonly next?: string;
}

export function Timers(): JSX.Element {
  const [typename, id] = [param("function"), param("id")];
  // Each object has timers of its own, and nothing lists all objects.
  const needsInstance = me.value?.engine === "durable-object" && (typename === "" || id === "");
  return (
    <>
      <Title
        actions={
          <search class="filters">
            <FunctionFilter />
            {typename !== "" && <TextFilter name="id" label="Id of one instance" />}
          </search>
        }
      >
        Timers
      </Title>
      {needsInstance ? (
        <Panel title="Timers">
          <Empty>
            On Durable Objects each instance keeps its own timers: choose a function and an id.
          </Empty>
        </Panel>
      ) : (
        <TimerList typename={typename} id={id === "" ? undefined : id} />
      )}
    </>
  );
}

function TimerList(props: {
  readonly typename: string;
  readonly id: string | undefined;
}): JSX.Element {
  const { typename, id } = props;
  const query = { function: typename, id, limit, after: afterParam() };
  const reading = useRead<TimersPage>("timers", query);
  const [dialog, ask] = useDialog(reading.again);
  useTopics("functions");
  useFollow(reading, topic<FunctionsTopic>("functions").value?.functions, dialog !== undefined);
  return (
    <Panel
      title="Timers"
      note="in the order in which they were set"
      actions={<ReadAgain of={reading} />}
    >
      <Read of={reading} what="timers">
        {({ timers, next }) => (
          <>
            <TimerTable
              timers={timers}
              of={id === undefined ? undefined : { typename, id }}
              ask={ask}
              empty={<Nothing />}
            />
            <Pager next={nextOf(timers, next, limit)} />
          </>
        )}
      </Read>
      {dialog}
    </Panel>
  );
}

function Nothing(): JSX.Element {
  return param("function") !== "" ? (
    <>No timers match.</>
  ) : (
    <>
      No timers. A function sets one with <code>context.sendAfter</code>; a message that is sent
      with a delay is one too.
    </>
  );
}
