import type { JSX } from "preact";
import type { DeadLetter } from "../../api/types.ts";
import { change, param } from "../../route/route.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { count } from "../../ui/numbers.ts";
import { Pager } from "../../ui/pager.tsx";
import { Badge, Empty, Panel } from "../../ui/parts.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";

interface LettersProps {
  readonly title: string;
  readonly letters: readonly DeadLetter[];
  readonly next: string | undefined;
  readonly chosen: string | undefined;
  readonly isRead: boolean;
  /** How many there are, where a group says it. */
  readonly total: number | undefined;
  readonly onMany: (kind: "replay" | "discard", ids: readonly string[]) => void;
  readonly onAll: (kind: "replay" | "discard") => void;
  readonly reason: string | undefined;
}

/** Those that were ticked, of the page that is shown. */
export function markedOf(letters: readonly DeadLetter[]): readonly string[] {
  const marked = new Set(param("marked").split(" "));
  return letters.map(({ id }) => id).filter((id) => marked.has(id));
}

function mark(ids: readonly string[]): void {
  change({ marked: ids.join(" ") });
}

/** Dead letters, newest first, of which several can be chosen. */
export function Letters(props: LettersProps): JSX.Element {
  const { title, letters, next, chosen, isRead, total, onMany, onAll, reason } = props;
  const marked = markedOf(letters);
  const isAll = marked.length === letters.length && letters.length > 0;
  return (
    <Panel
      title={title}
      note={total === undefined ? "newest first" : `${count(total)}, newest first`}
      actions={
        letters.length > 0 && (
          <Button onClick={() => mark(isAll ? [] : letters.map(({ id }) => id))}>
            {isAll ? "Choose none" : "Choose all on this page"}
          </Button>
        )
      }
      class="letters"
    >
      {letters.length > 0 && (
        <Table
          label="Dead letters"
          columns={columnsOf(marked, param("group") !== "")}
          rows={letters}
          keyOf={({ id }) => id}
          isChosen={({ id }) => id === chosen}
          open={({ id }) => change({ letter: id })}
        />
      )}
      {isRead && letters.length === 0 && <Empty>No dead letter is like this any more.</Empty>}
      <Pager next={next} />
      {letters.length > 0 && (
        <footer>
          <span class="note">{count(marked.length)} chosen</span>
          <WriteButton
            tone="danger"
            reason={marked.length === 0 ? "choose letters first" : undefined}
            onClick={() => onMany("discard", marked)}
          >
            Discard {marked.length > 0 && count(marked.length)}
          </WriteButton>
          <WriteButton
            reason={marked.length === 0 ? "choose letters first" : undefined}
            onClick={() => onMany("replay", marked)}
          >
            Replay {marked.length > 0 && count(marked.length)}
          </WriteButton>
          <WriteButton tone="danger" reason={reason} onClick={() => onAll("discard")}>
            Discard all…
          </WriteButton>
          <WriteButton tone="primary" reason={reason} onClick={() => onAll("replay")}>
            Replay all{total !== undefined && ` ${count(total)}`}…
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
  show: ({ error }) => <Badge tone={error.code === "failed" ? "bad" : "plain"}>{error.code}</Badge>,
};

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
