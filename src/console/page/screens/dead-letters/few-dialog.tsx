import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { Done } from "../../api/types.ts";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { count } from "../../ui/numbers.ts";

interface FewProps {
  readonly kind: "replay" | "discard";
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

/** The dialog before a replay or a discard of letters that were chosen one by one. */
export function FewDialog({ kind, ids, onClose }: FewProps): JSX.Element {
  // Those that are done are not asked for again when the operator tries the rest again.
  const done = useRef({ ids: new Set<string>(), duplicates: 0 });
  const isReplay = kind === "replay";
  const [verb, past] = isReplay ? ["Replay", "replayed"] : ["Discard", "discarded"];
  const what = ids.length === 1 ? `dead letter ${ids[0]}` : `${count(ids.length)} dead letters`;
  const run = async ({ key, why }: Intent): Promise<string> => {
    for (const id of ids) {
      if (done.current.ids.has(id)) continue;
      const [method, path] = isReplay
        ? ["POST", `dead-letters/${id}/replay`]
        : ["DELETE", `dead-letters/${id}`];
      const parts = { key: `${key}-${id}`, ...(why !== undefined && { why }) };
      const { duplicate } = await write<Done>(method, path, parts);
      done.current.ids.add(id);
      if (duplicate) done.current.duplicates++;
    }
    const { duplicates } = done.current;
    const said = ids.length === 1 ? `Dead letter ${ids[0]} is ${past}.` : `${what} are ${past}.`;
    return duplicates === 0
      ? said
      : `${said} ${duplicates} of them were before, by the same request.`;
  };
  return (
    <Confirm
      title={`${verb} ${what}?`}
      action={ids.length === 1 ? verb : `${verb} ${count(ids.length)}`}
      isDangerous={!isReplay}
      {...(ids.length > 10 && { typed: String(ids.length) })}
      run={run}
      onClose={onClose}
    >
      <p>
        {isReplay
          ? "It goes behind what its instance has now, with new attempts. If it fails again, it is a new dead letter."
          : "It is deleted. This cannot be taken back."}
      </p>
    </Confirm>
  );
}
