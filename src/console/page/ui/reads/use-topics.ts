import { useEffect } from "preact/hooks";
import { watch } from "../../api/live.ts";

/** Watches live topics while the component is shown. Pass none of those that the engine lacks. */
export function useTopics(...names: readonly string[]): void {
  const key = names.join(",");
  useEffect(() => watch(key === "" ? [] : key.split(",")), [key]);
}
