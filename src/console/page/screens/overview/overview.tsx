import type { JSX } from "preact";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Panel } from "../../ui/parts.tsx";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { sorted } from "../functions/function-lines.ts";
import { FunctionTable } from "../functions/function-table.tsx";
import { useLines } from "../functions/use-lines.ts";
import { Figures } from "./figures.tsx";
import { GraphPanel } from "./graph-panel.tsx";
import { NeedCards } from "./need-cards.tsx";

/** Of the table: those in trouble, and the busiest. The others are on a screen of their own. */
const maxRows = 20;

export function OverviewScreen(): JSX.Element {
  useTopics("egresses", "ingresses", "graph");
  const lines = useLines();
  const hasFigures = lackOf("figures") === undefined || lackOf("rates") === undefined;
  return (
    <>
      <NeedCards lines={lines.data} />
      <div class={hasFigures ? "overview" : ""}>
        <GraphPanel {...lines} />
        {hasFigures && <Figures {...lines} />}
      </div>
      <Panel
        title="Functions"
        note="sorted by trouble"
        actions={<a href={linkTo("functions")}>All functions</a>}
      >
        <FunctionTable
          of={lines}
          choose={(all) => sorted(all, "").slice(0, maxRows)}
          isWhole={false}
        />
      </Panel>
    </>
  );
}
