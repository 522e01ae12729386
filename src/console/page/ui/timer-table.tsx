import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { write } from "../api/client.ts";
import type { Address, Done, Timer } from "../api/types.ts";
import { InstanceLink } from "./address.tsx";
import { WriteButton } from "./button.tsx";
import { Confirm, type Intent } from "./confirm.tsx";
import { saidOf } from "./reads/done.ts";
import { type Column, Table } from "./table.tsx";
import { Text } from "./text.tsx";
import { Ago } from "./time.tsx";
import { Preview } from "./values/preview.tsx";

interface TimerTableProps {
  readonly timers: readonly Timer[];
  /** The instance that they are listed for: where each has an engine of its own, a number alone says nothing. */
  readonly of?: Address | undefined;
  /** Reads again, and says whether a dialog is open. */
  readonly onChange: () => unknown;
  readonly onDialog?: (isOpen: boolean) => void;
}

interface Asked {
  readonly timer: Timer;
  readonly kind: "fire" | "cancel";
}

/** Messages for later, which can be sent now or taken back. */
export function TimerTable(props: TimerTableProps): JSX.Element {
  const { timers, of, onChange, onDialog } = props;
  const [asked, setAsked] = useState<Asked>();
  const ask = (next: Asked | undefined): void => {
    setAsked(next);
    onDialog?.(next !== undefined);
  };
  return (
    <>
      <Table
        label="Messages for later"
        columns={columnsOf(of, ask)}
        rows={timers}
        keyOf={({ number, to }) => `${number} ${to.typename} ${to.id}`}
      />
      {asked !== undefined && (
        <TimerDialog
          {...asked}
          of={of}
          onClose={() => {
            ask(undefined);
            void onChange();
          }}
        />
      )}
    </>
  );
}

function columnsOf(of: Address | undefined, ask: (asked: Asked) => void): Column<Timer>[] {
  const isSelf = ({ typename, id }: Address): boolean =>
    of !== undefined && typename === of.typename && id === of.id;
  const place = (one: Address | undefined): JSX.Element => {
    if (one === undefined) return <span class="note">outside</span>;
    return isSelf(one) ? <>itself</> : <InstanceLink {...one} withFunction />;
  };
  return [
    { title: "Due", show: ({ atMs }) => <Ago ms={atMs} /> },
    { title: "To", show: ({ to }) => place(to) },
    ...(of === undefined
      ? [{ title: "From", isWide: true, show: ({ from }: Timer) => place(from) }]
      : []),
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
    {
      title: "Do",
      isNumber: true,
      show: (timer) => (
        <span class="buttons">
          <WriteButton onClick={() => ask({ timer, kind: "fire" })}>Send now…</WriteButton>
          <WriteButton tone="danger" onClick={() => ask({ timer, kind: "cancel" })}>
            Cancel…
          </WriteButton>
        </span>
      ),
    },
  ];
}

function TimerDialog(
  props: Asked & { readonly of: Address | undefined; readonly onClose: () => void },
): JSX.Element {
  const { timer, kind, of, onClose } = props;
  const isFire = kind === "fire";
  const run = async ({ key, why }: Intent): Promise<string> => {
    const query = of === undefined ? {} : { function: of.typename, id: of.id };
    const [method, path] = isFire
      ? ["POST", `timers/${timer.number}/fire`]
      : ["DELETE", `timers/${timer.number}`];
    const done = await write<Done>(method, path, { key, query, ...(why !== undefined && { why }) });
    const said = isFire ? "The message of the timer was sent." : "The timer was cancelled.";
    return saidOf(done, said, "The timer was not there any more.");
  };
  return (
    <Confirm
      title={isFire ? "Send the message of this timer now?" : "Cancel this timer?"}
      action={isFire ? "Send now" : "Cancel the timer"}
      isDangerous={!isFire}
      run={run}
      onClose={onClose}
    >
      <p>
        {isFire ? (
          <>
            The message <Text of={timer.message.typename} mono /> goes to{" "}
            <Text of={timer.to.typename} mono /> <Text of={timer.to.id} max={60} mono /> now, behind
            all that waits there, and not again when it was due (<Ago ms={timer.atMs} />
            ).
          </>
        ) : (
          <>
            The message <Text of={timer.message.typename} mono /> to{" "}
            <Text of={timer.to.typename} mono /> <Text of={timer.to.id} max={60} mono />, due{" "}
            <Ago ms={timer.atMs} />, will never be sent.
          </>
        )}
      </p>
    </Confirm>
  );
}
