import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { topic } from "../../api/live.ts";
import type { FunctionsTopic, Timer } from "../../api/types.ts";
import { linkTo, param } from "../../route/route.ts";
import { lackOf, me } from "../../session/session.ts";
import { Button } from "../../ui/button.tsx";
import { ChoiceFilter, TextFilter } from "../../ui/filters.tsx";
import { count } from "../../ui/numbers.ts";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Empty, Failure, Loading, Panel, Title } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useFunctions } from "../../ui/reads/use-functions.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { TimerTable } from "../../ui/timer-table.tsx";

const limit = 50;

interface TimersPage {
  readonly timers: readonly Timer[];
  readonly next?: string;
}

export function Timers(): JSX.Element {
  const functions = useFunctions() ?? [];
  return (
    <>
      <Title
        note="messages for later"
        actions={
          <search class="filters">
            <ChoiceFilter
              name="function"
              label="Function"
              all="all"
              options={functions.map(({ typename }) => typename)}
            />
            {param("function") !== "" && <TextFilter name="id" label="Id of one instance" />}
          </search>
        }
      >
        Timers
      </Title>
      <TimerList />
    </>
  );
}

function TimerList(): JSX.Element {
  const [typename, id] = [param("function"), param("id")];
  // Each object has timers of its own, and nothing lists all objects.
  const needsInstance = me.value?.engine === "durable-object" && (typename === "" || id === "");
  const [isOpen, setOpen] = useState(false);
  const reading = useRead<TimersPage>(needsInstance ? undefined : "timers", {
    ...{ function: typename, limit },
    id: id === "" ? undefined : id,
    after: afterParam(),
  });
  useTopics(...(lackOf("figures") === undefined ? ["functions"] : []));
  useFollow(reading, topic<FunctionsTopic>("functions").value?.functions, isOpen);
  const { data, error, again, isLoading } = reading;
  const timers = data?.timers ?? [];
  const of = id === "" ? undefined : { typename, id };
  if (needsInstance) {
    return (
      <Panel title="Timers">
        <Empty>
          On Durable Objects each instance keeps its own timers: choose a function and write the id
          of an instance.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel
      title="Timers"
      note="in the order in which they were set"
      actions={
        <Button shortcut="R" onClick={again}>
          Read again
        </Button>
      }
    >
      <Failure error={error} again={again} />
      <Loading isLoading={isLoading && data === undefined} what="timers" />
      {timers.length > 0 && (
        <TimerTable timers={timers} of={of} onChange={again} onDialog={setOpen} />
      )}
      {data !== undefined && timers.length === 0 && <Nothing />}
      <Pager next={nextOf(data?.timers, data?.next, limit)} />
    </Panel>
  );
}

function Nothing(): JSX.Element {
  const total = topic<{ readonly totals?: { readonly timers: number } }>("overview").value?.totals;
  if (param("function") !== "" && total !== undefined && total.timers > 0) {
    return (
      <Empty>
        There is no timer here; there are {count(total.timers)} in all.{" "}
        <a href={linkTo("timers")}>Show all timers</a>
      </Empty>
    );
  }
  return (
    <Empty>
      There is no timer. A function sets one with <code>context.sendAfter</code>, and a message from
      outside becomes one with a delay.
    </Empty>
  );
}
