import type { JSX } from "preact";
import type { ActivityRow } from "../../api/types.ts";
import { param } from "../../route/route.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { ChoiceFilter } from "../../ui/filters.tsx";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Badge, Panel, Title } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
import { Read, ReadAgain } from "../../ui/reads/read.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago, At, moment } from "../../ui/time.tsx";
import { type Deed, deedsOf, resultOf } from "./deed.ts";

const limit = 100;

const columns: readonly Column<Deed>[] = [
  {
    title: "When",
    show: ({ atMs }) =>
      atMs !== undefined && (
        <>
          <At ms={atMs} />{" "}
          <span class="note">
            <Ago ms={atMs} />
          </span>
        </>
      ),
  },
  { title: "Who", show: ({ who }) => <Text of={who} max={40} /> },
  { title: "Action", show: ({ action, tone }) => <Badge tone={tone}>{action}</Badge> },
  { title: "Target", isLong: true, show: (deed) => <Subject {...deed} /> },
  { title: "Why", isLong: true, show: ({ why }) => why && <Text of={why} max={200} /> },
  { title: "Result", show: resultOf },
];

interface ActivityPage {
  readonly activity: readonly ActivityRow[];
  readonly next?: string;
}

/** What operators have done, the newest first. */
export function Activity(): JSX.Element {
  const reading = useRead<ActivityPage>("activity", {
    ...{ order: "newest", limit, after: afterParam() },
  });
  const all = deedsOf(reading.data?.activity ?? [], moment);
  const filter = (name: "who" | "action", label: string): JSX.Element => {
    const options = [...new Set(all.map((deed) => deed[name]).sort())];
    return <ChoiceFilter name={name} label={label} all="all" options={options} />;
  };
  const isChosen = (deed: Deed): boolean =>
    ["", deed.who].includes(param("who")) && ["", deed.action].includes(param("action"));
  return (
    <>
      <Title
        actions={
          <search class="filters">
            {filter("who", "Who")}
            {filter("action", "Action")}
            <ReadAgain of={reading} />
          </search>
        }
      >
        Activity
      </Title>
      <Panel title="Newest first" class="cards">
        <Read of={reading} what="the activity">
          {({ activity, next }) => (
            <>
              <Table
                label="Activity"
                columns={columns}
                rows={all.filter(isChosen)}
                keyOf={({ cursor }) => cursor}
                empty={
                  all.length > 0
                    ? "Nothing on this page matches."
                    : "No operator has changed anything, here, by the command line, or by the API."
                }
              />
              <Pager next={nextOf(activity, next, limit)} />
            </>
          )}
        </Read>
      </Panel>
    </>
  );
}

function Subject({ address, subject, typename }: Deed): JSX.Element {
  return (
    <span class="stacked">
      {address !== undefined && <InstanceLink {...address} withFunction />}
      {typename !== undefined && <FunctionLink typename={typename} />}
      {subject !== "" && <Text of={subject} max={200} />}
    </span>
  );
}
