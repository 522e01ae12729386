import type { JSX } from "preact";
import type { Address, Instance } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { Condition } from "../../ui/condition.tsx";
import { copy } from "../../ui/copy.ts";
import { counted } from "../../ui/numbers.ts";
import { Text } from "../../ui/text.tsx";
import type { Ask } from "../../ui/use-dialog.ts";
import { InstanceAction, Skip } from "./actions.tsx";

interface HeadProps {
  readonly of: Address;
  readonly instance: Instance | undefined;
  /** Nothing is known of it. */
  readonly isEmpty: boolean;
  /** Its function is bound, as far as that is known. */
  readonly isBound: boolean;
  /** Its first message. */
  readonly head: string | undefined;
  readonly ask: Ask;
  readonly again: () => unknown;
}

export function InstanceHead(props: HeadProps): JSX.Element {
  const { of, instance, head, ask, again } = props;
  const { typename, id } = of;
  const { trouble, mailboxLength: waiting = 0 } = instance ?? {};
  const canRetry = trouble?.kind === "retrying" || trouble?.kind === "endpoint";
  return (
    <>
      <nav class="crumbs" aria-label="Where this is">
        <a href={linkTo("instances")}>Instances</a> /{" "}
        <a class="mono" href={linkTo("instances", { function: typename })}>
          <Text of={typename} />
        </a>
      </nav>
      <div class="title">
        <h1 class="mono">
          <Text of={id} max={300} />
        </h1>
        {instance !== undefined && !props.isEmpty && (
          <>
            <Condition {...instance} waiting={waiting} />
            <span class="note">
              {waiting === 0 || trouble === undefined
                ? `${counted(waiting, "message")} waiting`
                : `${counted(waiting - 1, "message")} waiting behind #${head}`}
            </span>
          </>
        )}
        <span class="actions">
          {/* What no topic follows is read when somebody asks. */}
          {lackOf("troubles") !== undefined && <Button onClick={again}>Refresh</Button>}
          <Button onClick={() => void copy(id, "the id")}>Copy id</Button>
          {props.isBound && (
            <a class="button" href={linkTo("send", { function: typename, id })}>
              Send a message…
            </a>
          )}
          <WriteButton
            tone={canRetry ? "primary" : "plain"}
            shortcut="R"
            reason={canRetry ? undefined : "no next attempt is planned"}
            onClick={() => ask((onClose) => <InstanceAction name="retry" {...{ of, onClose }} />)}
          >
            Retry now…
          </WriteButton>
          <WriteButton
            tone="danger"
            reason={head === undefined ? "no messages are waiting" : undefined}
            onClick={() =>
              ask((onClose) => <Skip head={head ?? ""} behind={waiting - 1} {...{ of, onClose }} />)
            }
          >
            Give up first message…
          </WriteButton>
        </span>
      </div>
    </>
  );
}
