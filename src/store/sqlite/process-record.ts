import { isRecord } from "../../internal/assert.ts";
import type { Platform } from "./platform.ts";

/** A process, so that another one can find out whether it still runs. */
export interface ProcessRecord {
  readonly pid: number;
  readonly host: string;
  /** Linux alone: the boot of the machine, the namespace of the number, and when the process started. */
  readonly boot?: string | undefined;
  readonly namespace?: string | undefined;
  readonly startedAt?: string | undefined;
}

export function thisProcess(platform: Platform): ProcessRecord {
  const { pid, hostname } = platform;
  // Deno gives neither this nor what follows without permission.
  const host = read(hostname) ?? "this host";
  return { pid, host, ...here(platform), startedAt: lifeOf(platform, pid)?.startedAt };
}

export function processFrom(value: unknown): ProcessRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { pid, host } = value;
  if (typeof pid !== "number" || typeof host !== "string") return undefined;
  const textAt = (name: string) => (typeof value[name] === "string" ? value[name] : undefined);
  const [boot, namespace, startedAt] = ["boot", "namespace", "startedAt"].map(textAt);
  return { pid, host, boot, namespace, startedAt };
}

/**
 * Whether it is certain that another process than this one runs. False where that cannot be known: on another
 * system than Linux, for another machine or container, without the permission to look. Of this process the locks say more.
 */
export function isAnotherRunning(platform: Platform, record: ProcessRecord): boolean {
  const { pid, boot, namespace, startedAt } = record;
  if (pid === platform.pid || boot === undefined || startedAt === undefined) return false;
  const now = here(platform);
  if (boot !== now.boot || namespace !== now.namespace) return false;
  const life = lifeOf(platform, pid);
  return life?.startedAt === startedAt && !life.isOver;
}

function here({ fs }: Platform): Pick<ProcessRecord, "boot" | "namespace"> {
  return {
    boot: read(() => fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: read(() => fs.readlinkSync("/proc/self/ns/pid")),
  };
}

/** By the third and the 22nd field of `stat`: the second, a name in brackets, may hold anything. */
function lifeOf(
  { fs }: Platform,
  pid: number,
): { startedAt: string | undefined; isOver: boolean } | undefined {
  const stat = read(() => fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { startedAt: fields[19], isOver: /^[XxZ]$/.test(fields[0] ?? "") };
}

function read(body: () => string): string | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
