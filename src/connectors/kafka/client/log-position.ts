/** A place in the log of a partition. */
export interface LogPosition {
  readonly offset: bigint;
  /** The id of the topic whose log it is; empty if it is unknown. */
  readonly log: string;
}

/** What the group knows, and which store has said it; undefined where it was not one of ours. */
export interface CommittedPosition extends LogPosition {
  readonly by: string | undefined;
}

/** As the store has it. */
export function positionText({ offset, log }: LogPosition): string {
  return log === "" ? String(offset) : `${offset} ${log}`;
}

export function positionFrom(text: string): LogPosition {
  const [offset = "0", log = ""] = text.split(" ");
  return { offset: BigInt(offset), log };
}

const mark = "statefun";

/** The metadata of an offset that is committed to the group. */
export function committedMetadata(log: string, identity: string): string {
  return [mark, log === "" ? "-" : log, identity].join(" ");
}

export function committedFrom(offset: bigint, metadata: string | null): CommittedPosition {
  const [own, log = "-", by] = (metadata ?? "").split(" ");
  if (own !== mark || by === undefined) return { offset, log: "", by: undefined };
  return { offset, log: log === "-" ? "" : log, by };
}

/** Whether two are of one log, as far as anybody knows. */
export function isSameLog(left: string, right: string): boolean {
  return left === "" || right === "" || left === right;
}
