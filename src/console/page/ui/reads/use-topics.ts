import { useEffect } from "preact/hooks";
import { watch } from "../../api/live.ts";
import { lackOf } from "../../session/session.ts";

/** What an engine must know for a topic, where it is not called like the topic. */
const features = new Map([
  ["functions", "figures"],
  ["endpoints", "figures"],
  ["windows", "figures"],
  ["messages", "recording"],
]);

/** Watches live topics while the component is shown. Those that the engine lacks are left out. */
export function useTopics(...names: readonly string[]): void {
  const known = names.filter((name) => lackOf(features.get(name) ?? name) === undefined);
  const key = known.join();
  useEffect(() => watch(known), [key]);
}
