/** A record that a function emitted to `statefun.cluster/transcript`. */
export interface TranscriptRecord {
  readonly typename: string;
  /** Hexadecimal. */
  readonly value: string;
}

/** The line that a cluster prints, see Run.java. */
export interface ClusterResult {
  readonly verdict:
    | "verified"
    | "over-counted"
    | "under-counted"
    | "recorded"
    | "failed"
    | "timeout";
  readonly error: string | null;
  readonly ids: number;
  readonly commands: number;
  readonly seed: number;
  /** Attempts of the job beyond the first, and how many attempts started from a checkpoint. */
  readonly restarts: number;
  readonly restored: number;
  readonly checkpoints: number;
  /** From the start of the process to that of the job, and from there to the verdict. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Ids that answered, and those whose last count was too high or too low. Absent before the last command. */
  readonly answered?: number;
  readonly over?: number;
  readonly under?: number;
  readonly increments?: number;
  readonly messages?: number;
  readonly delayed?: number;
  readonly cancelled?: number;
  readonly messagesPerSecond?: number;
  /** Of a script only. */
  readonly records?: readonly TranscriptRecord[];
  /** The end of the cluster's log. */
  readonly log: string;
}

/** The last line of `output` that is a result; undefined when there is none. */
export function resultIn(output: string, log: string): ClusterResult | undefined {
  const line = output.split("\n").findLast((text) => text.startsWith('{"verdict":'));
  // Run.java writes it; what it holds is what the tests are about.
  return line === undefined ? undefined : { ...(JSON.parse(line) as ClusterResult), log };
}
