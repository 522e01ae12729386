import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { lastHeard, liveRefusal, liveStatus, setPaused, topic } from "../api/live.ts";
import type { Overview } from "../api/types.ts";
import { linkTo, route, type ScreenName } from "../route/route.ts";
import { JobBar } from "../screens/dead-letters/job-bar.tsx";
import { ownTroubles } from "../screens/functions/function-lines.ts";
import { screenOf } from "../screens/screens.tsx";
import { mayWrite, me, openSession, session } from "../session/session.ts";
import { useSignals } from "../signal.ts";
import { Boundary } from "../ui/boundary.tsx";
import { Button } from "../ui/button.tsx";
import { Notices } from "../ui/notices.tsx";
import { duration, shortCount } from "../ui/numbers.ts";
import { useTopics } from "../ui/reads/use-topics.ts";
import { now } from "../ui/time.tsx";
import { Help } from "./help.tsx";
import { Jump } from "./jump.tsx";
import { installKeys } from "./keys.ts";
import { places } from "./places.ts";
import { Settings } from "./settings.tsx";
import { SignIn } from "./sign-in.tsx";

const name = document.querySelector<HTMLMetaElement>('meta[name="statefun-name"]')?.content ?? "";

export function Shell(): JSX.Element {
  useSignals();
  useEffect(() => {
    void openSession();
    return installKeys();
  }, []);
  const { screen } = route.value;
  useEffect(() => {
    document
      .querySelector(".side [aria-current]")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
    const title = places.find(([one]) => one === screen)?.[1] ?? "";
    document.title = [title, name, "statefun"].filter((one) => one !== "").join(" · ");
  }, [screen, session.value]);
  if (session.value === "opening") return <main class="sign-in" id="main" aria-busy="true" />;
  if (session.value !== "open") return <SignIn />;
  return <Frame />;
}

/** Screens without anything that changes something. */
const looking: readonly ScreenName[] = ["overview", "instances", "activity"];

function Frame(): JSX.Element {
  useTopics("overview");
  const { screen, unknown } = route.value;
  const Screen = screenOf(screen);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={linkTo("overview")}>
          <img src="icon.svg" alt="" width="18" height="18" /> statefun
        </a>
        <Jump />
        <div class="where">
          {name !== "" && <span class={/^prod/i.test(name) ? "name bad" : "name"}>{name}</span>}
          <Live />
          <span class="pill wide">
            {me.value?.who === "anybody" ? "not signed in" : me.value?.who} ({me.value?.role})
          </span>
          <Settings />
        </div>
      </header>
      <Navigation shown={screen} />
      <main id="main" tabIndex={-1}>
        <JobBar />
        {liveStatus.value === "lost" && (
          <p class="failure">
            {liveRefusal.value?.message ??
              `No connection for ${duration(now.value - lastHeard.value)}.`}{" "}
            This page shows old data.
          </p>
        )}
        {unknown !== undefined && (
          <p class="failure" role="status">
            There is no screen “{unknown}”. This is the overview.
          </p>
        )}
        {!mayWrite() && !looking.includes(screen) && (
          <p class="notice">You can only look. Changes need the role write.</p>
        )}
        <Boundary key={screen}>
          <Screen />
        </Boundary>
      </main>
      <Notices />
      <Help />
    </>
  );
}

/** Not a link: the hash of the URL is the screen. */
function skip(): void {
  document.getElementById("main")?.focus();
}

function Navigation({ shown }: { readonly shown: ScreenName }): JSX.Element {
  const overview = topic<Overview>("overview").value;
  const clock = liveStatus.value === "lost" ? lastHeard.value : now.value;
  const waiting = (overview?.egressesWaiting.length ?? 0) + (overview?.endpointsDown.length ?? 0);
  const badges: { readonly [name in ScreenName]?: readonly [number, string] } = {
    instances: [ownTroubles(overview?.troubles ?? []).length, "blocked"],
    "dead-letters": [overview?.deadLetters ?? 0, "dead letters"],
    connections: [waiting, "do not answer"],
  };
  const item = ([screen, title]: (typeof places)[number]): JSX.Element => {
    const [number, what] = badges[screen] ?? [0, ""];
    const isShown = shown === screen || (screen === "instances" && shown === "instance");
    return (
      <li key={screen}>
        <a href={linkTo(screen)} aria-current={isShown ? "page" : undefined}>
          {title}
          {number > 0 && (
            <span class={screen === "connections" ? "badge warn" : "badge bad"} title={what}>
              {shortCount(number)}
              {screen === "instances" && number >= 4 && "+"}
              <span class="hidden"> {what}</span>
            </span>
          )}
        </a>
      </li>
    );
  };
  return (
    <nav class="side" aria-label="Screens">
      <ul>{places.slice(0, 7).map(item)}</ul>
      <ul>{places.slice(7, 10).map(item)}</ul>
      <p class="foot">
        Press ? for keys
        <br />
        statefun {me.value?.version}
        {overview?.totals !== undefined && (
          <>
            <br />
            up {duration(clock - overview.totals.startedAtMs)}
          </>
        )}
      </p>
    </nav>
  );
}

/** Whether what is shown is of now; and the button that stops it, to read in peace. */
function Live(): JSX.Element {
  const status = liveStatus.value;
  const words = {
    off: "not live",
    connecting: "connecting",
    live: "live",
    lost: "no connection",
    paused: "paused",
    hidden: "paused",
  } as const;
  return (
    <span class={`pill live ${status === "live" ? "live-on" : status}`}>
      <span role="status">{words[status]}</span>
      <Button shortcut="P" onClick={() => setPaused(status !== "paused")}>
        {status === "paused" ? "Resume" : "Pause"}
      </Button>
    </span>
  );
}
