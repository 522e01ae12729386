import type { JSX } from "preact";
import type { ScreenName } from "../route/route.ts";
import { later } from "../ui/later.tsx";
import { Activity } from "./activity/activity.tsx";
import { Connections } from "./connections/connections.tsx";
import { DeadLetters } from "./dead-letters/dead-letters.tsx";
import { Functions } from "./functions/functions.tsx";
import { Instance } from "./instance/instance.tsx";
import { Instances } from "./instances/instances.tsx";
import { Messages } from "./messages/messages.tsx";
import { OverviewScreen } from "./overview/overview.tsx";
import { System } from "./system/system.tsx";
import { Timers } from "./timers/timers.tsx";

const screens: { readonly [name in ScreenName]: () => JSX.Element } = {
  overview: OverviewScreen,
  functions: Functions,
  instances: Instances,
  instance: Instance,
  messages: Messages,
  timers: Timers,
  "dead-letters": DeadLetters,
  connections: Connections,
  // Its form is a sixth of all scripts, and most who look do not send.
  send: later("Send", "the form", () => import("./send/send.tsx").then(({ Send }) => Send)),
  activity: Activity,
  system: System,
};

export function screenOf(name: ScreenName): () => JSX.Element {
  return screens[name];
}
