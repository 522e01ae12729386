import type { JSX } from "preact";
import type { Address, Instance } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Button, WriteButton } from "../../ui/button.tsx";
import { Condition } from "../../ui/condition.tsx";
import { copy } from "../../ui/copy.ts";
import { count } from "../../ui/numbers.ts";
import { Text } from "../../ui/text.tsx";
import type { Ask } from "../../ui/use-dialog.ts";
import { InstanceAction, Skip } from "./actions.tsx";

interface HeadProps {
  readonly of: Address;
  readonly instance: Instance | undefined;
  /** The message at its head. */
  readonly head: string | undefined;
  readonly ask: Ask;
  readonly again: () => unknown;
}

export function InstanceHead({ of, instance, head, ask, again }: HeadProps): JSX.Element {
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
        {instance !== undefined && (
          <>
            <Condition {...instance} waiting={waiting} />
            <span class="note">
              {waiting === 0 || trouble === undefined
                ? waits(waiting)
                : `${waits(waiting - 1)} behind #${head}`}
            </span>
          </>
        )}
        <span class="actions">
          {/* What no topic follows is read when somebody asks. */}
          {lackOf("troubles") !== undefined && <Button onClick={again}>Read again</Button>}
          <Button onClick={() => void copy(id, "the id")}>Copy id</Button>
          <a class="button" href={linkTo("send", { function: typename, id })}>
            Send a message…
          </a>
          <WriteButton
            tone={canRetry ? "primary" : "plain"}
            shortcut="R"
            reason={canRetry ? undefined : "it waits for no next attempt"}
            onClick={() => ask((onClose) => <InstanceAction name="retry" {...{ of, onClose }} />)}
          >
            Retry now
          </WriteButton>
          <WriteButton
            tone="danger"
            reason={head === undefined ? "no message waits here" : undefined}
            onClick={() =>
              ask((onClose) => <Skip head={head ?? ""} behind={waiting - 1} {...{ of, onClose }} />)
            }
          >
            Give up the head…
          </WriteButton>
        </span>
      </div>
    </>
  );
}

function waits(number: number): string {
  if (number === 0) return "no message waits";
  return number === 1 ? "1 message waits" : `${count(number)} messages wait`;
}
