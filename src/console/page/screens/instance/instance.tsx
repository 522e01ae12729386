import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { topic } from "../../api/live.ts";
import type {
  FunctionsTopic,
  InstanceTrouble,
  Instance as Shown,
  Span,
  SpansPage,
} from "../../api/types.ts";
import { linkTo, param } from "../../route/route.ts";
import { noteInstance } from "../../session/recent.ts";
import { lackOf } from "../../session/session.ts";
import { count } from "../../ui/numbers.ts";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Empty, Failure, Loading, Panel, Title } from "../../ui/parts.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useFunctions } from "../../ui/reads/use-functions.ts";
import { type Reading, useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { TimerTable } from "../../ui/timer-table.tsx";
import { type ActionName, InstanceDialog } from "./action-dialogs.tsx";
import { InstanceHead } from "./head.tsx";
import { Mailbox } from "./mailbox.tsx";
import { Origin } from "./origin.tsx";
import { Rest } from "./rest.tsx";
import { States } from "./states.tsx";
import { TroubleBox } from "./trouble-box.tsx";

/** Of states, messages and timers together. */
const limit = 200;

export function Instance(): JSX.Element {
  const [typename, id] = [param("function"), param("id")];
  if (typename === "") {
    return (
      <>
        <Title>Instance</Title>
        <Panel title="Which one?">
          <Empty>
            An instance is named by its function and its id.{" "}
            <a href={linkTo("instances")}>Choose one</a>, or write both into the field above, like{" "}
            <code>shop/cart 42</code>.
          </Empty>
        </Panel>
      </>
    );
  }
  // Another instance begins anew: nothing that was typed for one is done to another.
  return <One key={JSON.stringify([typename, id])} typename={typename} id={id} />;
}

function One(props: { readonly typename: string; readonly id: string }): JSX.Element {
  const { typename, id } = props;
  const reading = useRead<Shown>("instance", {
    ...{ function: typename, id, limit },
    after: afterParam(),
  });
  const [dialog, setDialog] = useState<ActionName>();
  const [isEditing, setEditing] = useState(false);
  useChanges(reading, dialog !== undefined || isEditing);
  const { data, error, again, isLoading } = reading;
  const isRead = data !== undefined;
  useEffect(() => {
    if (isRead) noteInstance({ typename, id });
  }, [isRead]);
  const fn = useFunctions()?.find((one) => one.typename === typename);
  const spans = useRecorded(data);
  return (
    <>
      <InstanceHead
        typename={typename}
        id={id}
        instance={data}
        onAction={setDialog}
        onRead={again}
      />
      <Failure error={error} again={again} />
      <Loading isLoading={isLoading && !isRead} what="the instance" />
      {data !== undefined && (
        <>
          {data.trouble !== undefined && (
            <TroubleBox typename={typename} id={id} trouble={data.trouble} fn={fn} />
          )}
          <div class="columns">
            <div>
              <States instance={data} fn={fn} onChange={again} onDialog={setEditing} />
              <Timers instance={data} onChange={again} onDialog={setEditing} />
            </div>
            <div>
              <Mailbox instance={data} spans={spans} />
              <Origin instance={data} spans={spans} />
              <Rest instance={data} fn={fn} onAction={setDialog} />
            </div>
          </div>
          <Pager next={data.next} />
        </>
      )}
      {dialog !== undefined && (
        <InstanceDialog
          name={dialog}
          typename={typename}
          id={id}
          instance={data}
          onClose={() => {
            setDialog(undefined);
            void again();
          }}
        />
      )}
    </>
  );
}

/** What a recording knows of the messages that wait. */
function useRecorded(instance: Shown | undefined): ReadonlyMap<string, Span> {
  const { typename, id, mailbox = [] } = instance ?? {};
  const isKnown = mailbox.length > 0 && lackOf("recording") === undefined;
  const { data } = useRead<SpansPage>(
    isKnown ? "messages" : undefined,
    { function: typename, id, limit },
    mailbox[0]?.number,
  );
  return new Map((data?.messages ?? []).map((span) => [span.number, span]));
}

/** Reads again when anything was counted for its function, or when its trouble is another one. */
function useChanges(reading: Reading<Shown>, isHeld: boolean): void {
  const [typename, id] = [param("function"), param("id")];
  const topics = [
    ...(lackOf("figures") === undefined ? ["functions"] : []),
    ...(lackOf("troubles") === undefined ? ["troubles"] : []),
  ];
  useTopics(...topics);
  const figures = topic<FunctionsTopic>("functions").value?.functions;
  const { troubles } =
    topic<{ readonly troubles?: readonly InstanceTrouble[] }>("troubles").value ?? {};
  const trouble = troubles?.find((one) => one.typename === typename && one.id === id);
  // The age of the oldest message changes without anything that happens.
  const counted = figures?.[typename] && { ...figures[typename], oldestMs: 0 };
  const isKnown = figures !== undefined || troubles !== undefined;
  useFollow(reading, isKnown ? JSON.stringify([counted, trouble]) : undefined, isHeld);
}

function Timers(props: {
  readonly instance: Shown;
  readonly onChange: () => unknown;
  readonly onDialog: (isOpen: boolean) => void;
}): JSX.Element {
  const { instance, onChange, onDialog } = props;
  const { typename, id, timers, next } = instance;
  return (
    <Panel title="Timers" note={next === undefined ? count(timers.length) : undefined}>
      {timers.length > 0 ? (
        <TimerTable timers={timers} of={{ typename, id }} onChange={onChange} onDialog={onDialog} />
      ) : (
        <Empty>
          {next === undefined ? (
            "It waits for no time."
          ) : (
            <>
              They stand behind the messages.{" "}
              <a href={linkTo("timers", { function: typename, id })}>Timers of this instance</a>
            </>
          )}
        </Empty>
      )}
    </Panel>
  );
}
