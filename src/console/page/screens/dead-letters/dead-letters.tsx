import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { topic } from "../../api/live.ts";
import type { DeadGroup, DeadLetter } from "../../api/types.ts";
import { param, route } from "../../route/route.ts";
import { afterParam } from "../../ui/pager.tsx";
import { Empty } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { useDialog } from "../../ui/use-dialog.ts";
import { BulkDialog } from "./bulk-dialog.tsx";
import { FewDialog } from "./few-dialog.tsx";
import { Groups } from "./groups.tsx";
import { isDown } from "./is-down.ts";
import { isJobRunning, job, type LettersPage } from "./jobs.ts";
import { Letter } from "./letter.tsx";
import { filterIn, groupText, type LetterFilter, shownGroups } from "./letter-filter.ts";
import { Letters, noneMatch } from "./letters.tsx";
import { LettersTitle } from "./letters-title.tsx";

const limit = 50;

type Kind = "replay" | "discard";

interface GroupsAnswer {
  readonly groups: readonly DeadGroup[];
}

export function DeadLetters(): JSX.Element {
  const { params } = route.value;
  const filter = filterIn(params);
  const groups = useRead<GroupsAnswer>("dead-letters/groups", {
    since: filter.since,
    reason: param("text"),
  });
  const letters = useRead<LettersPage>("dead-letters", {
    ...{ ...filter, order: "newest", limit },
    after: afterParam(),
  });
  const again = (): void => {
    void groups.again();
    void letters.again();
  };
  const [dialog, ask] = useDialog(again);
  useTopics("dead-letters");
  const changes = topic("dead-letters").value;
  useFollow(groups, changes, dialog !== undefined);
  useFollow(letters, changes, dialog !== undefined);
  const status = job.value?.status;
  useEffect(() => {
    if (status !== undefined) again();
  }, [status]);
  const all = groups.data?.groups ?? [];
  const reason = isJobRunning() ? "another replay or discard is under way" : undefined;
  const onAll = (kind: Kind, of: LetterFilter, groups: readonly DeadGroup[]): void =>
    ask((onClose) => <BulkDialog {...{ kind, filter: of, groups, onClose }} />);
  const onFew = (kind: Kind, chosen: readonly DeadLetter[]): void => {
    const ids = chosen.map(({ id }) => id);
    const down = chosen.filter(({ address }) => isDown(address.typename)).length;
    ask((onClose) => <FewDialog {...{ kind, ids, down, onClose }} />);
  };
  const onGroup = (kind: Kind, group: DeadGroup): void =>
    onAll(kind, filterOf(group, all), [group]);
  const shown = shownGroups(all, params);
  const chosen = all.find((group) => groupText(group, all) === param("group"));
  return (
    <>
      <LettersTitle all={all} />
      <Read of={groups} what="dead letters">
        {() =>
          all.length === 0 ? (
            <Empty>
              {filter.since === undefined && param("text") === ""
                ? "No dead letters. A message becomes one when its attempts are used up, when its error forbids another one, or when it cannot be read."
                : noneMatch}
            </Empty>
          ) : (
            <>
              {shown.length > 0 && <Groups {...{ groups: shown, all, reason, onAct: onGroup }} />}
              <Read of={letters} what="letters">
                {(page) => (
                  <Lists
                    page={page}
                    total={chosen?.count}
                    reason={reason}
                    onFew={onFew}
                    onAll={(kind) => onAll(kind, filter, chosen === undefined ? shown : [chosen])}
                  />
                )}
              </Read>
            </>
          )
        }
      </Read>
      {dialog}
    </>
  );
}

/** The filter that the URL would have, were this group chosen there. */
function filterOf(group: DeadGroup, all: readonly DeadGroup[]): LetterFilter {
  const params = new URLSearchParams(route.value.params);
  params.set("group", groupText(group, all));
  return filterIn(params);
}

function Lists(props: {
  readonly page: LettersPage;
  readonly total: number | undefined;
  readonly reason: string | undefined;
  readonly onFew: (kind: Kind, letters: readonly DeadLetter[]) => void;
  readonly onAll: (kind: Kind) => void;
}): JSX.Element {
  const { page, onFew } = props;
  const id = param("letter");
  const here = page.deadLetters.find((one) => one.id === id);
  // A link may name a letter of another page.
  const isElsewhere = here === undefined && /^[1-9]\d{0,15}$/.test(id);
  const one = useRead<LettersPage>(isElsewhere ? "dead-letters" : undefined, {
    ...{ after: String(Number(id) - 1), limit: 1 },
  });
  const elsewhere = one.data?.deadLetters.find((letter) => letter.id === id);
  const shown = here ?? elsewhere ?? page.deadLetters[0];
  return (
    <div class="columns">
      <Letters {...props} chosen={shown?.id} />
      <div>
        {isElsewhere && one.data !== undefined && elsewhere === undefined && (
          <p class="failure" role="status">
            Dead letter {id} was replayed or discarded.
          </p>
        )}
        {shown !== undefined && (
          <Letter
            key={shown.id}
            letter={shown}
            isChosen={id !== ""}
            onAct={(kind) => onFew(kind, [shown])}
          />
        )}
      </div>
    </div>
  );
}
