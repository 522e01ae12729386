import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { EgressRow, RecordRow } from "../../api/types.ts";
import { change, param } from "../../route/route.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { Facts } from "../../ui/facts.tsx";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Empty, Panel } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
import { Read } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Preview } from "../../ui/values/preview.tsx";
import { Value } from "../../ui/values/value.tsx";

const pageSize = 20;

const columns: readonly Column<RecordRow>[] = [
  { title: "Record", show: ({ cursor }) => <span class="mono">{cursor}</span> },
  {
    title: "From",
    show: ({ from }) => <InstanceLink typename={from.typename} id={from.id} withFunction />,
  },
  { title: "Value", isLong: true, show: ({ message }) => <Preview of={message} /> },
];

interface Page {
  readonly records: readonly RecordRow[];
  readonly next: string;
}

/** Records that an egress keeps, newest first, and the value of one. */
export function Records({ egress }: { readonly egress: string }): JSX.Element {
  const after = afterParam();
  const reading = useRead<Page>("records", { egress, order: "newest", after, limit: pageSize });
  const all = topic<{ readonly egresses?: readonly EgressRow[] }>("egresses").value?.egresses;
  const row = all?.find(({ typename }) => typename === egress);
  // Counted while it is emitted: the newest page follows.
  useFollow(reading, after === undefined ? row?.emitted : undefined);
  const rows = reading.data?.records ?? [];
  const chosen = rows.find(({ cursor }) => cursor === param("record")) ?? rows[0];
  return (
    <div class="columns">
      <Panel title="Records" class="records" note={<Text of={egress} mono />}>
        {row?.kind === "delivered" ? (
          <Empty>Its records are delivered, and not kept.</Empty>
        ) : (
          <Read of={reading} what="records">
            {() => (
              <Table
                label="Records"
                columns={columns}
                rows={rows}
                empty="No record is kept."
                keyOf={({ cursor }) => cursor}
                isChosen={({ cursor }) => cursor === chosen?.cursor}
                open={({ cursor }) => change({ record: cursor })}
              />
            )}
          </Read>
        )}
        <Pager next={nextOf(reading.data?.records, reading.data?.next, pageSize)} />
      </Panel>
      {chosen !== undefined && <OneRecord key={chosen.cursor} egress={egress} record={chosen} />}
    </div>
  );
}

function OneRecord(props: { readonly egress: string; readonly record: RecordRow }): JSX.Element {
  const { egress, record } = props;
  const { cursor, id, message } = record;
  return (
    <Panel title={`Record ${cursor}`} note={<Text of={message.typename} mono />}>
      <div class="body record">
        <Value value={message} source={{ of: "record", egress, cursor }} />
      </div>
      <Facts
        class="pairs"
        of={[
          ["Id", <Text key="id" of={id} mono />],
          ...message.headers.map(
            ({ name, value, base64 }) =>
              [
                <Text key="name" of={name} max={60} />,
                <Text key="value" of={value ?? base64 ?? "null"} max={400} mono />,
              ] as const,
          ),
        ]}
      />
    </Panel>
  );
}
