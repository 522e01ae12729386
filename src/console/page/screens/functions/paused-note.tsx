import type { JSX } from "preact";
import type { PausedRow } from "../../api/types.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";

/** Who has paused a function, and why. */
export function PausedNote({ typename }: { readonly typename: string }): JSX.Element | null {
  const { data } = useRead<{ readonly paused: readonly PausedRow[] }>("paused");
  const found = data?.paused.find((one) => one.typename === typename && one.id === undefined);
  if (found === undefined) return null;
  const { who, sinceMs, why } = found;
  return (
    <p class="notice warn">
      Paused by <Text of={who} /> <Ago ms={sinceMs} />
      {why !== undefined && (
        <>
          : <Text of={why} max={500} />
        </>
      )}
    </p>
  );
}
