import type { JSX } from "preact";
import type { ActivityRow } from "../../api/types.ts";
import { param } from "../../route/route.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { Button } from "../../ui/button.tsx";
import { ChoiceFilter } from "../../ui/filters.tsx";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Badge, Empty, Failure, Loading, Panel, Title } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago, At } from "../../ui/time.tsx";
import { type Deed, deedOf } from "./deed.ts";

const limit = 100;

const columns: readonly Column<Deed>[] = [
  {
    title: "When",
    show: ({ atMs }) =>
      atMs !== undefined && (
        <span class="stacked">
          <At ms={atMs} />
          <span class="note">
            <Ago ms={atMs} />
          </span>
        </span>
      ),
  },
  { title: "Who", show: ({ who }) => <Text of={who} max={40} /> },
  { title: "Did", show: ({ action, tone }) => <Badge tone={tone}>{action}</Badge> },
  { title: "To what", isLong: true, show: (deed) => <Subject deed={deed} /> },
  {
    title: "Why",
    isWide: true,
    isLong: true,
    show: ({ why }) => why && <Text of={why} max={200} />,
  },
  { title: "Result", isWide: true, show: ({ result }) => <Text of={result} /> },
];

/** What operators have done, the newest first. */
export function Activity(): JSX.Element {
  const { data, error, again, isLoading } = useRead<{
    readonly activity: readonly ActivityRow[];
    readonly next?: string;
  }>("activity", { order: "newest", limit, after: afterParam() });
  const all = (data?.activity ?? []).map(deedOf);
  const [who, action] = [param("who"), param("action")];
  const rows = all.filter(
    (deed) => (who === "" || deed.who === who) && (action === "" || deed.action === action),
  );
  const choices = (name: "who" | "action"): string[] => [
    ...new Set(all.map((deed) => deed[name]).sort()),
  ];
  return (
    <>
      <Title
        note="what operators have done"
        actions={
          <search class="filters">
            <ChoiceFilter name="who" label="Who" all="all" options={choices("who")} />
            <ChoiceFilter name="action" label="Action" all="all" options={choices("action")} />
            <Button shortcut="R" onClick={again}>
              Read again
            </Button>
          </search>
        }
      >
        Activity
      </Title>
      <Panel title="Newest first">
        <Failure error={error} again={again} />
        <Loading isLoading={isLoading && data === undefined} what="the activity" />
        {rows.length > 0 && (
          <Table label="Activity" columns={columns} rows={rows} keyOf={({ cursor }) => cursor} />
        )}
        {data !== undefined && rows.length === 0 && (
          <Empty>
            {all.length > 0
              ? "Nothing on this page is like this: choose another operator or action."
              : "No operator has changed anything. What is done here, by the command line, and by the API is written down with the one who did it and their reason, and is kept."}
          </Empty>
        )}
        <Pager next={nextOf(data?.activity, data?.next, limit)} />
      </Panel>
    </>
  );
}

function Subject({ deed }: { readonly deed: Deed }): JSX.Element {
  const { address, subject, typename } = deed;
  return (
    <span class="stacked">
      {address !== undefined && <InstanceLink {...address} withFunction />}
      {typename !== undefined && <FunctionLink typename={typename} />}
      {subject !== "" && <Text of={subject} max={200} />}
    </span>
  );
}
