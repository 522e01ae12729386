import type { JSX } from "preact";
import { lastHeard, liveStatus, topic } from "../../api/live.ts";
import type { Overview } from "../../api/types.ts";
import { linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { counted } from "../../ui/numbers.ts";
import { Title } from "../../ui/parts.tsx";
import { visible } from "../../ui/text.tsx";
import { now } from "../../ui/time.tsx";
import type { FunctionLine } from "../functions/function-lines.ts";
import { liveLists } from "../functions/use-lines.ts";
import { needsOf } from "./needs.ts";

const maxCards = 4;

/** What needs an operator, or one calm line. */
export function NeedCards(props: {
  readonly lines: readonly FunctionLine[] | undefined;
}): JSX.Element {
  const overview = topic<Overview>("overview").value;
  const needs = needsOf(overview, {
    ...{ nowMs: now.value, live: liveStatus.value, lastHeardMs: lastHeard.value },
    ...{ lines: props.lines, ...liveLists() },
  });
  const shown = param("needs") === "" ? needs.slice(0, maxCards) : needs;
  return (
    <>
      <Title
        note={overview && noteOf(needs.length)}
        actions={
          needs.length > shown.length && (
            <a href={linkTo("overview", { needs: "all" })}>Show all {needs.length}</a>
          )
        }
      >
        What needs you
      </Title>
      <ul class="needs">
        {shown.map(({ tone, title, text, place }) => (
          <li key={place.join()}>
            <a class={`need ${tone}`} href={linkTo(...place)} title={visible(text.slice(0, 1_000))}>
              <b>
                <bdi>{visible(title.slice(0, 200))}</bdi>
              </b>
              <span>
                <bdi>{visible(text.slice(0, 300))}</bdi>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function noteOf(number: number): string {
  if (number > 0) return counted(number, "thing");
  return lackOf("troubles") === undefined
    ? "nothing: everything is moving"
    : "nothing that this engine can tell";
}
