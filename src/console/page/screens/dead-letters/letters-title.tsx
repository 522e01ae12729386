import type { JSX } from "preact";
import type { DeadGroup } from "../../api/types.ts";
import { ChoiceFilter, TextFilter } from "../../ui/filters.tsx";
import { count } from "../../ui/numbers.ts";
import { Title } from "../../ui/parts.tsx";
import { day } from "../../ui/time.tsx";
import { subjectOf } from "./letter-filter.ts";
import { SinceFilter } from "./since-filter.tsx";

/** How many there are, and what they are chosen by. */
export function LettersTitle(props: {
  readonly all: readonly DeadGroup[];
  readonly isRead: boolean;
}): JSX.Element {
  const { all, isRead } = props;
  const kept = all.reduce((sum, group) => sum + group.count, 0);
  const oldest = Math.min(...all.map(({ firstAtMs }) => firstAtMs));
  const note = kept === 0 ? "none" : `${count(kept)} kept · the oldest ${day(oldest)}`;
  const choices = (of: (group: DeadGroup) => string): string[] => [...new Set(all.map(of))].sort();
  return (
    <Title
      note={isRead && note}
      actions={
        <search class="filters">
          <ChoiceFilter name="function" label="Of" all="all" options={choices(subjectOf)} />
          <ChoiceFilter name="code" label="Code" all="all" options={choices(({ code }) => code)} />
          <SinceFilter />
          <TextFilter name="text" label="Text in the reason" />
        </search>
      }
    >
      Dead letters
    </Title>
  );
}
