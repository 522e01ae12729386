import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { EgressRow, RecordRow } from "../../api/types.ts";
import { change, param } from "../../route/route.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Empty, Failure, Loading, Panel } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
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
  const { data, error, isLoading, again } = reading;
  const all = topic<{ readonly egresses?: readonly EgressRow[] }>("egresses").value?.egresses;
  const row = all?.find(({ typename }) => typename === egress);
  // Counted while it is emitted: the newest page follows.
  useFollow(reading, after === undefined ? row?.emitted : undefined);
  const rows = data?.records ?? [];
  const chosen = rows.find(({ cursor }) => cursor === param("record")) ?? rows[0];
  const isDelivered = row?.kind === "delivered";
  return (
    <div class="columns">
      <Panel title="Records" class="records" note={<Text of={egress} mono />}>
        {isDelivered ? (
          <Empty>
            Its records are delivered, and not kept: what could not be delivered waits, and is tried
            again.
          </Empty>
        ) : (
          <Failure error={error} again={again} />
        )}
        <Loading isLoading={isLoading && data === undefined} what="records" />
        {data !== undefined && rows.length === 0 && !isDelivered && (
          <Empty>Nothing was emitted yet, or what was is not kept any more.</Empty>
        )}
        {rows.length > 0 && (
          <Table
            label="Records"
            columns={columns}
            rows={rows}
            keyOf={({ cursor }) => cursor}
            isChosen={({ cursor }) => cursor === chosen?.cursor}
            open={({ cursor }) => change({ record: cursor })}
          />
        )}
        <Pager next={nextOf(data?.records, data?.next, pageSize)} />
      </Panel>
      {chosen !== undefined && (
        <Panel title={`Record ${chosen.cursor}`} note={<Text of={chosen.message.typename} mono />}>
          <div class="body record">
            <Value
              key={chosen.cursor}
              value={chosen.message}
              source={{ of: "record", egress, cursor: chosen.cursor }}
            />
          </div>
          <dl class="pairs">
            <div>
              <dt>Id</dt>
              <dd>
                <Text of={chosen.id} mono />
              </dd>
            </div>
            {chosen.message.headers.map(({ name, value, base64 }, at) => (
              <div key={`${at} ${name}`}>
                <dt>
                  <Text of={name} max={60} />
                </dt>
                <dd>
                  <Text of={value ?? base64 ?? "null"} max={400} mono />
                </dd>
              </div>
            ))}
          </dl>
        </Panel>
      )}
    </div>
  );
}
