import type { JSX } from "preact";
import type { Address, Timer } from "../api/types.ts";
import { Act } from "./act.tsx";
import { InstanceLink } from "./address.tsx";
import { WriteButton } from "./button.tsx";
import { type Column, Table } from "./table.tsx";
import { Text } from "./text.tsx";
import { Ago } from "./time.tsx";
import type { Ask } from "./use-dialog.ts";
import { Preview } from "./values/preview.tsx";

interface TimerTableProps {
  readonly timers: readonly Timer[];
  /** The instance that they are listed for: where each has an engine of its own, a number alone says nothing. */
  readonly of?: Address | undefined;
  readonly ask: Ask;
  readonly empty: JSX.Element;
}

/** Messages for later, which can be sent now or taken back. */
export function TimerTable({ timers, of, ask, empty }: TimerTableProps): JSX.Element {
  return (
    <Table
      label="Messages for later"
      columns={columnsOf(of, ask)}
      rows={timers}
      keyOf={({ number, to }) => `${number} ${to.typename} ${to.id}`}
      empty={empty}
    />
  );
}

function columnsOf(of: Address | undefined, ask: Ask): Column<Timer>[] {
  const place = (one: Address | undefined): JSX.Element => {
    if (one === undefined) return <span class="note">outside</span>;
    const isSelf = one.typename === of?.typename && one.id === of.id;
    return isSelf ? <>itself</> : <InstanceLink {...one} withFunction />;
  };
  const from: Column<Timer> = { title: "From", isWide: true, show: (timer) => place(timer.from) };
  return [
    { title: "Due", show: ({ atMs }) => <Ago ms={atMs} /> },
    { title: "To", show: ({ to }) => place(to) },
    ...(of === undefined ? [from] : []),
    { title: "Message", isWide: true, show: ({ message }) => <Text of={message.typename} mono /> },
    {
      title: "Value",
      isWide: true,
      show: ({ message }) => <Preview of={message} max={of === undefined ? 60 : 24} />,
    },
    {
      title: "Token",
      isWide: true,
      show: ({ cancellationToken: token }) =>
        token !== undefined && <Text of={token} max={24} mono />,
    },
    { title: "Actions", isNumber: true, show: (timer) => <TimerButtons {...{ timer, of, ask }} /> },
  ];
}

function TimerButtons(props: {
  readonly timer: Timer;
  readonly of: Address | undefined;
  readonly ask: Ask;
}): JSX.Element {
  const { timer, of, ask } = props;
  const { number, to, message, atMs } = timer;
  const shared = {
    parts: { query: { function: of?.typename, id: of?.id } },
    children: (
      <p>
        <Text of={message.typename} mono /> to <Text of={to.typename} mono />{" "}
        <Text of={to.id} max={60} mono />, due <Ago ms={atMs} />. Sent now, it is added at the end
        of the mailbox. Cancelled, it is never sent.
      </p>
    ),
  };
  const fire = (close: () => void): JSX.Element => (
    <Act
      {...shared}
      title="Send the message of this timer now?"
      action="Send now"
      method="POST"
      path={`timers/${number}/fire`}
      done="The message of the timer was sent."
      onClose={close}
    />
  );
  const cancel = (close: () => void): JSX.Element => (
    <Act
      {...shared}
      title="Cancel this timer?"
      action="Cancel the timer"
      isDangerous
      method="DELETE"
      path={`timers/${number}`}
      done="The timer was cancelled."
      onClose={close}
    />
  );
  return (
    <span class="buttons">
      <WriteButton onClick={() => ask(fire)}>Send now…</WriteButton>
      <WriteButton tone="danger" onClick={() => ask(cancel)}>
        Cancel…
      </WriteButton>
    </span>
  );
}
