import type { DeadLetters } from "../host/dead-letters.ts";
import type { Restarts } from "./restarts.ts";

interface Parts {
  readonly restarts: Restarts;
  readonly settled: () => Promise<void>;
}

/** The dead letters of a process that may die at any time. A replay resolves when nothing is left to do now. */
export function testedLetters(letters: DeadLetters, { restarts, settled }: Parts): DeadLetters {
  const isThere = (id: string): boolean => {
    // What is no id is refused by the letters themselves.
    if (!/^\d+$/.test(id)) return false;
    const [next] = restarts.current().deadLetters(Number(id) - 1, 1);
    return String(next?.number) === id;
  };
  const once = (id: string, work: () => Promise<void>): Promise<void> => {
    let wasThere = false;
    return restarts.survived(async () => {
      const isLeft = isThere(id);
      // It was done before the process died.
      if (wasThere && !isLeft) return;
      wasThere = isLeft;
      await work();
    });
  };
  return {
    list: (options) => restarts.survived(() => letters.list(options)),
    async replay(id) {
      await once(id, () => letters.replay(id));
      await settled();
    },
    discard: (id) => once(id, () => letters.discard(id)),
  };
}
