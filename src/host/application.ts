import { invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { functionTable, type ListedFunctions } from "../sdk/functions/function-table.ts";
import type { FunctionTable } from "../sdk/invocation/bound-function.ts";
import { type Application, applicationOf } from "../sdk/modules/define-module.ts";
import type { RemoteApplication } from "../transport/remote-application.ts";
import { bindingsOf, type OwnedBinding } from "./egress-targets.ts";
import { type OwnedIngress, startableIngresses } from "./ingresses.ts";
import type { ResolvedRuntimeOptions } from "./options.ts";

/** The parts of an application that an engine needs, after their checks. */
export interface LocalApplication {
  /** Those that may be sent to, remote ones included. */
  readonly functions: ListedFunctions;
  /** Those of this process. */
  readonly local: FunctionTable;
  /** Undefined where all are. */
  readonly remote: RemoteApplication | undefined;
  readonly bindings: readonly OwnedBinding[];
  readonly ingresses: readonly OwnedIngress[];
}

/**
 * Throws `invalid_argument` for an invalid application, and for one with endpoints or ingresses, which are not
 * supported here.
 */
export function localApplication(options: ResolvedRuntimeOptions): LocalApplication {
  const parts = applicationOf(options.modules);
  const [other] = [...parts.endpoints, ...parts.ingresses];
  if (other !== undefined) {
    const text = "an endpoint or an ingress: only createRuntime supports these";
    throw invalid(`module ${show(other.module)} has ${text}`);
  }
  return applicationFrom(parts, options, undefined, []);
}

/** The same for a runtime in a process. What calls remote functions is loaded where there are any. */
export async function wholeApplication(options: ResolvedRuntimeOptions): Promise<LocalApplication> {
  const parts = applicationOf(options.modules);
  const remote = await remoteOf(parts, new Set());
  return applicationFrom(parts, options, remote, startableIngresses(parts.ingresses));
}

/** The same for a test, which is the only way in that it has, and stands in for the functions in `stubs`. */
export async function testedApplication(
  options: ResolvedRuntimeOptions,
  stubs: ReadonlySet<string>,
): Promise<LocalApplication> {
  const parts = applicationOf(options.modules);
  return applicationFrom(parts, options, await remoteOf(parts, stubs), []);
}

function applicationFrom(
  { functions, egresses }: Application,
  options: ResolvedRuntimeOptions,
  remote: RemoteApplication | undefined,
  ingresses: readonly OwnedIngress[],
): LocalApplication {
  const own = bindingsOf(options.egresses).map((part, index) => ({
    module: `egresses[${index}] of the options`,
    part,
  }));
  const local = functionTable(functions);
  const others = egresses.map(({ module, part }) => ({ module: `module ${show(module)}`, part }));
  const bindings = [...own, ...others];
  return { functions: remote?.functions ?? local, local, remote, bindings, ingresses };
}

async function remoteOf(
  { functions, endpoints }: Application,
  stubs: ReadonlySet<string>,
): Promise<RemoteApplication | undefined> {
  if (endpoints.length === 0) return undefined;
  const { remoteApplication } = await import("../transport/remote-application.ts");
  return remoteApplication(endpoints, functions, stubs);
}
