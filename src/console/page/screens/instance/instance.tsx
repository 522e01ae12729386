import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { topic } from "../../api/live.ts";
import type {
  Address,
  FunctionRow,
  FunctionsTopic,
  InstanceTrouble,
  Instance as Shown,
  Span,
  SpansPage,
} from "../../api/types.ts";
import { linkTo, param } from "../../route/route.ts";
import { noteInstance } from "../../session/recent.ts";
import { lackOf } from "../../session/session.ts";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Empty, Title, Unbound } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useFunctions } from "../../ui/reads/use-functions.ts";
import { type Reading, useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { type Ask, useDialog } from "../../ui/use-dialog.ts";
import { InstanceHead } from "./head.tsx";
import { Mailbox } from "./mailbox.tsx";
import { Origin } from "./origin.tsx";
import { States } from "./states.tsx";
import { TroubleBox } from "./trouble-box.tsx";
import { Timers, Whole } from "./whole.tsx";

/** Of states, messages and timers together. */
const limit = 200;

export function Instance(): JSX.Element {
  const [typename, id] = [param("function"), param("id")];
  if (typename === "") {
    return (
      <>
        <Title>Instance</Title>
        <Empty>
          <a href={linkTo("instances")}>Choose an instance</a>
        </Empty>
      </>
    );
  }
  // Another instance begins anew: nothing that was typed for one is done to another.
  return <One key={JSON.stringify([typename, id])} typename={typename} id={id} />;
}

function One(of: Address): JSX.Element {
  const query = { function: of.typename, id: of.id, limit, after: afterParam() };
  const reading = useRead<Shown>("instance", query);
  const { data, again } = reading;
  const [dialog, ask] = useDialog(again);
  useChanges(of, reading, dialog !== undefined);
  const isRead = data !== undefined;
  useEffect(() => {
    if (isRead) noteInstance(of);
  }, [isRead]);
  const functions = useFunctions();
  const fn = functions?.find(({ typename }) => typename === of.typename);
  const isBound = functions === undefined || fn !== undefined;
  const isEmpty = data !== undefined && isNothing(data);
  const head = data?.trouble?.number ?? data?.mailbox[0]?.number;
  return (
    <>
      <InstanceHead {...{ of, instance: data, isEmpty, isBound, head, ask, again }} />
      {!isBound && (data === undefined || isEmpty) ? (
        <Unbound />
      ) : (
        <Read of={reading} what="the instance">
          {(instance) => (
            <>
              {isEmpty && (
                <p class="notice">
                  No state, messages or timers for this id. It may never have received a message.
                </p>
              )}
              <Parts {...{ instance, fn, head, ask }} />
            </>
          )}
        </Read>
      )}
      {dialog}
    </>
  );
}

/** Whether nothing is kept for this id. */
function isNothing({ state, mailboxLength, timers, paused, trouble, next }: Shown): boolean {
  return (
    Object.keys(state).length + mailboxLength + timers.length === 0 &&
    paused !== true &&
    trouble === undefined &&
    next === undefined &&
    param("after") === ""
  );
}

function Parts(props: {
  readonly instance: Shown;
  readonly fn: FunctionRow | undefined;
  readonly head: string | undefined;
  readonly ask: Ask;
}): JSX.Element {
  const { instance, head } = props;
  const spans = useRecorded(instance);
  return (
    <>
      <TroubleBox {...props} />
      <div class="columns">
        <div>
          <States {...props} />
          <Timers {...props} />
        </div>
        <div>
          <Mailbox {...{ instance, head, spans }} />
          {head !== undefined && <Origin head={head} isRecorded={spans.has(head)} />}
          <Whole {...props} />
        </div>
      </div>
      <Pager next={instance.next} />
    </>
  );
}

/** What a recording knows of the messages that wait. */
function useRecorded({ typename, id, mailbox }: Shown): ReadonlyMap<string, Span> {
  const isKnown = mailbox.length > 0 && lackOf("recording") === undefined;
  const query = { function: typename, id, limit };
  const { data } = useRead<SpansPage>(isKnown ? "messages" : undefined, query, mailbox[0]?.number);
  return new Map((data?.messages ?? []).map((span) => [span.number, span]));
}

/** Reads again when anything was counted for its function, or when its trouble is another one. */
function useChanges({ typename, id }: Address, reading: Reading<Shown>, isHeld: boolean): void {
  useTopics("functions", "troubles");
  const figures = topic<FunctionsTopic>("functions").value?.functions;
  const { troubles } =
    topic<{ readonly troubles?: readonly InstanceTrouble[] }>("troubles").value ?? {};
  const trouble = troubles?.find((one) => one.typename === typename && one.id === id);
  // The age of the oldest message changes without anything that happens.
  const counted = figures?.[typename] && { ...figures[typename], oldestMs: 0 };
  const isKnown = figures !== undefined || troubles !== undefined;
  useFollow(reading, isKnown ? JSON.stringify([counted, trouble]) : undefined, isHeld);
}
