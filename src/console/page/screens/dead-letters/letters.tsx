import type { JSX } from "preact";
import type { DeadLetter } from "../../api/types.ts";
import { change, param } from "../../route/route.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { count } from "../../ui/numbers.ts";
import { Pager } from "../../ui/pager.tsx";
import { Badge, Panel } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";
import type { LettersPage } from "./jobs.ts";
import { groupIn } from "./letter-filter.ts";

type Kind = "replay" | "discard";

export const noneMatch = "No dead letters match.";

interface LettersProps {
  readonly page: LettersPage;
  readonly chosen: string | undefined;
  /** How many there are, where a group says it. */
  readonly total: number | undefined;
  readonly onFew: (kind: Kind, letters: readonly DeadLetter[]) => void;
  readonly onAll: (kind: Kind) => void;
  readonly reason: string | undefined;
}

function mark(ids: readonly string[]): void {
  change({ marked: ids.join(" ") });
}

/** Dead letters, newest first, of which several can be chosen. */
export function Letters(props: LettersProps): JSX.Element {
  const { page, chosen, total, onFew, onAll, reason } = props;
  const letters = page.deadLetters;
  const ids = letters.map(({ id }) => id);
  const given = param("marked").split(" ");
  const marked = ids.filter((id) => given.includes(id));
  const group = groupIn(param("group"));
  const hasChosen = marked.length > 0;
  const act = (kind: Kind): void =>
    hasChosen
      ? onFew(
          kind,
          letters.filter(({ id }) => marked.includes(id)),
        )
      : onAll(kind);
  const what = hasChosen
    ? `${count(marked.length)}…`
    : `all${total === undefined ? "" : ` ${count(total)}`}…`;
  return (
    <Panel
      title={group === undefined ? "Letters" : `${group.subject} · ${group.code}`}
      note={`${total === undefined ? "" : `${count(total)}, `}newest first`}
      actions={
        ids.length > 0 && (
          <Button onClick={() => mark(marked.length === ids.length ? [] : ids)}>
            {marked.length === ids.length ? "Choose none" : "Choose all on this page"}
          </Button>
        )
      }
      class="letters"
    >
      <Table
        label="Dead letters"
        columns={columnsOf(marked, group !== undefined)}
        rows={letters}
        keyOf={({ id }) => id}
        isChosen={({ id }) => id === chosen}
        open={({ id }) => change({ letter: id })}
        empty={noneMatch}
      />
      <Pager next={nextOf(letters, page.next, 50)} />
      {ids.length > 0 && (
        <footer>
          {hasChosen && <span class="note">{count(marked.length)} chosen</span>}
          <WriteButton tone="danger" reason={reason} onClick={() => act("discard")}>
            Discard {what}
          </WriteButton>
          <WriteButton reason={reason} onClick={() => act("replay")}>
            Replay {what}
          </WriteButton>
        </footer>
      )}
    </Panel>
  );
}

const attemptsColumn: Column<DeadLetter> = {
  title: "Attempts",
  isNumber: true,
  isWide: true,
  show: ({ attempts }) => count(attempts),
};

/** A group says it for all of its letters. */
const codeColumn: Column<DeadLetter> = {
  title: "Code",
  isWide: true,
  show: ({ error: { code } }) => <Code of={code} />,
};

/** A failure is a mistake; the other codes say that a function has chosen. */
export function Code({ of }: { readonly of: string }): JSX.Element {
  return <Badge tone={of === "failed" ? "bad" : "plain"}>{of}</Badge>;
}

function columnsOf(marked: readonly string[], isGroup: boolean): readonly Column<DeadLetter>[] {
  return [
    {
      title: "Choose",
      show: ({ id }) => (
        <input
          type="checkbox"
          aria-label={`Choose ${id}`}
          checked={marked.includes(id)}
          onChange={({ currentTarget: { checked } }) =>
            mark(checked ? [...marked, id] : marked.filter((one) => one !== id))
          }
        />
      ),
    },
    {
      title: "Letter",
      show: ({ id }) => (
        <button type="button" class="link mono" onClick={() => change({ letter: id })}>
          {id}
        </button>
      ),
    },
    {
      title: "Instance",
      isLong: true,
      show: ({ address }) => <Text of={address.id} max={60} mono />,
    },
    { title: "Given up", show: ({ failedAtMs }) => <Ago ms={failedAtMs} /> },
    isGroup ? attemptsColumn : codeColumn,
  ];
}
