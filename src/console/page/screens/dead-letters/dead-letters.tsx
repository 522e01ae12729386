import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { topic } from "../../api/live.ts";
import type { DeadGroup, DeadLetter } from "../../api/types.ts";
import { param, route } from "../../route/route.ts";
import { afterParam } from "../../ui/pager.tsx";
import { Empty, Failure, Loading, Panel } from "../../ui/parts.tsx";
import { nextOf } from "../../ui/reads/page-end.ts";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { BulkDialog } from "./bulk-dialog.tsx";
import { FewDialog } from "./few-dialog.tsx";
import { Groups } from "./groups.tsx";
import { isJobRunning, job, type LettersPage } from "./jobs.ts";
import { Letter } from "./letter.tsx";
import { filterIn, groupIn, groupText, type LetterFilter, shownGroups } from "./letter-filter.ts";
import { Letters } from "./letters.tsx";
import { LettersTitle } from "./letters-title.tsx";

const limit = 50;

type Kind = "replay" | "discard";
type Asked =
  | { readonly kind: Kind; readonly ids: readonly string[] }
  | { readonly kind: Kind; readonly filter: LetterFilter };

interface GroupsAnswer {
  readonly groups: readonly DeadGroup[];
}

export function DeadLetters(): JSX.Element {
  const { params } = route.value;
  const [asked, setAsked] = useState<Asked>();
  useTopics("dead-letters");
  const isHeld = asked !== undefined;
  const changes = topic<GroupsAnswer>("dead-letters").value;
  const groups = useRead<GroupsAnswer>("dead-letters/groups");
  useFollow(groups, changes, isHeld);
  const filter = filterIn(params);
  const letters = useRead<LettersPage>("dead-letters", {
    ...{ ...filter, order: "newest", limit },
    after: afterParam(),
  });
  useFollow(letters, changes, isHeld);
  const status = job.value?.status;
  useEffect(() => {
    if (status !== undefined) void groups.again();
    if (status !== undefined) void letters.again();
  }, [status]);
  const all = groups.data?.groups ?? [];
  const shown = shownGroups(all, params);
  const close = (): void => {
    setAsked(undefined);
    void groups.again();
    void letters.again();
  };
  const isEmpty = groups.data !== undefined && all.length === 0;
  return (
    <>
      <LettersTitle all={all} isRead={groups.data !== undefined} />
      <Failure error={groups.error} again={groups.again} />
      <Loading isLoading={groups.isLoading && groups.data === undefined} what="dead letters" />
      {isEmpty ? (
        <Panel title="None">
          <Empty>
            There is no dead letter. A message becomes one when its attempts are used up, when its
            error says that trying again is useless, or when it cannot be read. It is kept here
            until it is replayed or discarded.
          </Empty>
        </Panel>
      ) : (
        groups.data !== undefined && (
          <>
            {shown.length > 0 && (
              <Groups
                groups={shown}
                all={all}
                reason={jobReason()}
                onAct={(kind, group) => setAsked({ kind, filter: filterOfGroup(group, all) })}
              />
            )}
            <Failure error={letters.error} again={letters.again} />
            <Lists
              page={letters.data}
              total={totalOf(all, filter)}
              onFew={(kind, ids) => setAsked({ kind, ids })}
              onAll={(kind) => setAsked({ kind, filter })}
            />
          </>
        )
      )}
      {asked !== undefined &&
        ("ids" in asked ? (
          <FewDialog {...asked} onClose={close} />
        ) : (
          <BulkDialog {...asked} onClose={close} />
        ))}
    </>
  );
}

/** The filter that the URL would have, were this group chosen there. */
function filterOfGroup(group: DeadGroup, all: readonly DeadGroup[]): LetterFilter {
  const params = new URLSearchParams(route.value.params);
  params.set("group", groupText(group, all));
  return filterIn(params);
}

function jobReason(): string | undefined {
  return isJobRunning() ? "another replay or discard is under way" : undefined;
}

/** How many letters are in the group that was chosen; undefined where a filter says more than it. */
function totalOf(all: readonly DeadGroup[], { since }: LetterFilter): number | undefined {
  const chosen = param("group");
  if (since !== undefined || param("text") !== "") return undefined;
  return all.find((group) => groupText(group, all) === chosen)?.count;
}

function Lists(props: {
  readonly page: LettersPage | undefined;
  readonly total: number | undefined;
  readonly onFew: (kind: Kind, ids: readonly string[]) => void;
  readonly onAll: (kind: Kind) => void;
}): JSX.Element {
  const { page, total, onFew, onAll } = props;
  const letters = page?.deadLetters ?? [];
  const id = param("letter");
  const here = letters.find((one) => one.id === id);
  // A link may name a letter of another page.
  const isElsewhere =
    page !== undefined && id !== "" && here === undefined && /^[1-9]\d{0,15}$/.test(id);
  const one = useRead<LettersPage>(isElsewhere ? "dead-letters" : undefined, {
    after: isElsewhere ? String(Number(id) - 1) : undefined,
    limit: 1,
  });
  const elsewhere = one.data?.deadLetters.find((letter) => letter.id === id);
  const shown: DeadLetter | undefined = here ?? elsewhere ?? letters[0];
  const group = groupIn(param("group"));
  return (
    <div class="columns">
      <Letters
        title={group === undefined ? "Letters" : `${group.subject} · ${group.code}`}
        letters={letters}
        next={nextOf(page?.deadLetters, page?.next, limit)}
        isRead={page !== undefined}
        chosen={shown?.id}
        total={total}
        reason={jobReason()}
        onMany={onFew}
        onAll={onAll}
      />
      <div>
        {isElsewhere && one.data !== undefined && elsewhere === undefined && (
          <p class="failure" role="status">
            Dead letter {id} is not there any more: it was replayed or discarded.
          </p>
        )}
        {shown !== undefined && (
          <Letter
            key={shown.id}
            letter={shown}
            isChosen={id !== ""}
            onAct={(kind) => onFew(kind, [shown.id])}
          />
        )}
      </div>
    </div>
  );
}
