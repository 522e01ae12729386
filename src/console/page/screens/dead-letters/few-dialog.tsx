import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { Done } from "../../api/types.ts";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { count, counted } from "../../ui/numbers.ts";

interface FewProps {
  readonly kind: "replay" | "discard";
  readonly ids: readonly string[];
  /** Those of them that wait after a replay: their endpoint is down. */
  readonly down: number;
  readonly onClose: () => void;
}

/** The dialog before a replay or a discard of letters that were chosen one by one. */
export function FewDialog({ kind, ids, down, onClose }: FewProps): JSX.Element {
  // Those that are done are not asked for again when the operator tries the rest again.
  const done = useRef({ ids: new Set<string>(), duplicates: 0 });
  const isReplay = kind === "replay";
  const verb = isReplay ? "Replay" : "Discard";
  const isOne = ids.length === 1;
  const what = isOne ? `dead letter ${ids[0]}` : counted(ids.length, "dead letter");
  const run = async ({ key, why }: Intent): Promise<string> => {
    for (const id of ids) {
      if (done.current.ids.has(id)) continue;
      const [method, path] = isReplay ? ["POST", `${id}/replay`] : ["DELETE", id];
      const { duplicate } = await write<Done>(method, `dead-letters/${path}`, {
        ...{ key: `${key}-${id}`, why },
      });
      done.current.ids.add(id);
      if (duplicate) done.current.duplicates++;
    }
    const { duplicates } = done.current;
    const said = `${what} ${isOne ? "is" : "are"} ${verb.toLowerCase()}ed.`;
    const before = duplicates === 0 ? "" : ` ${duplicates} were before, by the same request.`;
    return `${said.replace(/^d/, "D")}${before}`;
  };
  return (
    <Confirm
      title={`${verb} ${what}?`}
      action={isOne ? verb : `${verb} ${ids.length}`}
      isDangerous={!isReplay}
      typed={ids.length > 10 ? String(ids.length) : undefined}
      run={run}
      onClose={onClose}
    >
      <p>
        {isReplay
          ? "It is added at the end of the mailbox, with new attempts. If it fails again, it is a new dead letter."
          : "It is deleted. This cannot be taken back."}
        {isReplay && down > 0 && <strong> {count(down)} would wait: the endpoint is down.</strong>}
      </p>
    </Confirm>
  );
}
