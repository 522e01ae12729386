import type { DirectoryParts } from "../../engine/contract/directory.ts";
import type { LocalApplication } from "../../host/application.ts";
import type { ResolvedRuntimeOptions } from "../../host/options.ts";
import type { RandomBytes } from "../../internal/random-name.ts";
import type { Clock } from "../../model/clock.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { LocationOptions } from "../location.ts";
import type { Placement } from "../object-names.ts";
import type { ObjectRpc } from "../object-rpc.ts";
import type { Turns } from "./turns.ts";

/** What the platform gives, or a test in its place. */
export interface ObjectPlatform {
  readonly clock: Clock;
  readonly random: () => number;
  readonly randomBytes: RandomBytes;
  /** How often a message may end its object before it is given up. @default 16 */
  readonly maxCrashes?: number;
}

/** What all objects of an application share. */
export interface ObjectParts<Env> {
  readonly application: LocalApplication;
  readonly options: ResolvedRuntimeOptions;
  readonly placement: Placement;
  /** Where addresses are reported, if they are listed. */
  readonly directory: DirectoryParts;
  readonly turns: Turns;
  readonly platform: ObjectPlatform;
  /** Of the namespace, in wrangler.toml. */
  readonly binding: string;
  /** Does what throws `misconfigured`, and reports that. */
  readonly check: <T>(work: () => T) => T;
  readonly jurisdiction: LocationOptions<Env>["jurisdiction"];
  /**
   * The object of this name, by RPC, in which this address is. A new one for each use: after an exception a stub is
   * broken.
   */
  stub(env: Env, name: string, address: WireAddress | undefined): ObjectRpc;
}
