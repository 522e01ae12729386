import type { JSX } from "preact";
import { lastHeard, liveStatus, topic } from "../../api/live.ts";
import type {
  DeadGroup,
  EgressRow,
  EndpointRow,
  IngressRow,
  InstanceTrouble,
  Overview,
} from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Title } from "../../ui/parts.tsx";
import { visible } from "../../ui/text.tsx";
import { now } from "../../ui/time.tsx";
import type { FunctionView } from "../functions/function-view.ts";
import { needsOf } from "./needs.ts";

const maxCards = 4;

/** What needs an operator, or one calm line. */
export function NeedCards(props: {
  readonly views: readonly FunctionView[] | undefined;
}): JSX.Element {
  const overview = topic<Overview>("overview").value;
  const needs = needsOf({
    nowMs: now.value,
    live: liveStatus.value,
    lastHeardMs: lastHeard.value,
    overview,
    views: props.views,
    ...topics(),
  });
  const shown = needs.slice(0, maxCards);
  return (
    <>
      <Title note={overview === undefined ? "" : noteOf(needs.length)}>What needs you</Title>
      {shown.length > 0 && (
        <ul class="needs">
          {shown.map(({ tone, title, text, place }) => (
            <li key={place.join()}>
              <a
                class={`need ${tone}`}
                href={linkTo(...place)}
                title={visible(text.slice(0, 1_000))}
              >
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
      )}
    </>
  );
}

function noteOf(number: number): string {
  if (number === 0) {
    return lackOf("troubles") === undefined
      ? "nothing: everything is moving"
      : "nothing that this engine can tell";
  }
  if (number === 1) return "1 thing";
  return number > maxCards
    ? `${number} things, the ${maxCards} worst are shown`
    : `${number} things, worst first`;
}

function topics() {
  return {
    endpoints: topic<{ endpoints?: readonly EndpointRow[] }>("endpoints").value?.endpoints,
    groups: topic<{ groups?: readonly DeadGroup[] }>("dead-letters").value?.groups,
    troubles: topic<{ troubles?: readonly InstanceTrouble[] }>("troubles").value?.troubles,
    egresses: topic<{ egresses?: readonly EgressRow[] }>("egresses").value?.egresses,
    ingresses: topic<{ ingresses?: readonly IngressRow[] }>("ingresses").value?.ingresses,
  };
}
