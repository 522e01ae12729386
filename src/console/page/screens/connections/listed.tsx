import type { ComponentChildren, JSX } from "preact";
import { topic } from "../../api/live.ts";
import { lackOf } from "../../session/session.ts";
import { Panel } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import type { Column } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";

interface ListedProps<T> {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  /** What an engine must know for it, where it is not called like the list. */
  readonly feature?: string;
  readonly children: (rows: readonly T[]) => ComponentChildren;
}

/** A short list that is read once, and then comes by the live topic of the same name. */
export function Listed<T>(props: ListedProps<T>): JSX.Element {
  const { name, title, note, feature = name, children } = props;
  const lack = lackOf(feature);
  useTopics(name);
  const reading = useRead<Record<string, readonly T[]>>(lack === undefined ? name : undefined);
  // A list that is too large for the stream is read alone.
  const live = topic<Record<string, readonly T[] | undefined>>(name).value?.[name];
  const data = live ?? reading.data?.[name];
  return (
    <Panel title={title} note={note}>
      <Read of={{ ...reading, data }} lack={lack} what={name}>
        {children}
      </Read>
    </Panel>
  );
}

export const reason: Column<{ readonly reason?: string }> = {
  ...{ title: "Reason", isLong: true },
  show: ({ reason: why = "" }) => why && <Text of={why} />,
};
