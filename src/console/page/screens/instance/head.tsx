import type { JSX } from "preact";
import type { Instance } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { Condition } from "../../ui/condition.tsx";
import { copy } from "../../ui/copy.ts";
import { count } from "../../ui/numbers.ts";
import { visible } from "../../ui/text.tsx";
import type { ActionName } from "./action-dialogs.tsx";

/** Of an id, in the title of a screen. */
const maxId = 300;

interface HeadProps {
  readonly typename: string;
  readonly id: string;
  readonly instance: Instance | undefined;
  readonly onAction: (name: ActionName) => void;
  readonly onRead: () => unknown;
}

export function InstanceHead(props: HeadProps): JSX.Element {
  const { typename, id, instance, onAction, onRead } = props;
  const { trouble, mailboxLength = 0 } = instance ?? {};
  const canRetry = trouble?.kind === "retrying" || trouble?.kind === "endpoint";
  const shown = id.length > maxId ? `${id.slice(0, maxId)}…` : id;
  return (
    <>
      <nav class="crumbs" aria-label="Where this is">
        <a href={linkTo("instances")}>Instances</a> /{" "}
        <a class="mono" href={linkTo("instances", { function: typename })}>
          <bdi>{visible(typename)}</bdi>
        </a>
      </nav>
      <div class="title">
        <h1 class="mono">
          <bdi>{id === "" ? "(empty id)" : visible(shown)}</bdi>
        </h1>
        {instance !== undefined && (
          <Condition
            trouble={trouble}
            paused={instance.paused}
            running={instance.running}
            waiting={mailboxLength}
          />
        )}
        <span class="note">{waitingText(instance)}</span>
        <span class="actions">
          {/* What no topic follows is read when somebody asks. */}
          {lackOf("troubles") !== undefined && <Button onClick={onRead}>Read again</Button>}
          <Button onClick={() => void copy(id, "the id")}>Copy id</Button>
          <a class="button" href={linkTo("send", { function: typename, id })}>
            Send a message…
          </a>
          <WriteButton
            tone={canRetry ? "primary" : "plain"}
            shortcut="R"
            reason={canRetry ? undefined : "it waits for no next attempt"}
            onClick={() => onAction("retry")}
          >
            Retry now
          </WriteButton>
          <WriteButton
            tone="danger"
            reason={mailboxLength > 0 ? undefined : "no message waits here"}
            onClick={() => onAction("skip")}
          >
            Give up the head…
          </WriteButton>
        </span>
      </div>
    </>
  );
}

function waitingText(instance: Instance | undefined): string {
  if (instance === undefined) return "";
  const { mailboxLength, trouble, mailbox } = instance;
  if (mailboxLength === 0) return "no message waits";
  const head = trouble?.number ?? mailbox[0]?.number;
  const behind = mailboxLength - 1;
  if (trouble === undefined || head === undefined) {
    return mailboxLength === 1 ? "1 message waits" : `${count(mailboxLength)} messages wait`;
  }
  if (behind === 0) return `#${head} waits, and nothing behind it`;
  return `${behind === 1 ? "1 message waits" : `${count(behind)} messages wait`} behind #${head}`;
}
