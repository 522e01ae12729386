import type { FunctionHost } from "../engine/contract/function-transport.ts";
import type { RetryOptions } from "../model/retry-options.ts";
import type { Endpoint } from "./endpoint.ts";
import { EndpointGate } from "./endpoint-gate.ts";
import { RecentlyUsed } from "./recently-used.ts";

/** An endpoint that is down is looked for this often at least, whatever the waits of its messages are. */
const longestProbeMs = 10_000;
/** Hosts that are named by functions: any number of names. */
const maxHosts = 10_000;

/**
 * One gate per server: one for a template, whose functions are up and down together, and one for each host if the
 * template makes hosts from names. So a name that does not exist is down by itself.
 */
export class EndpointGates {
  readonly #host: FunctionHost;
  readonly #probing: ConstructorParameters<typeof EndpointGate>[1];
  readonly #onChange: ConstructorParameters<typeof EndpointGate>[2];
  // A 2.x module names the endpoint of its functions with each of them.
  readonly #templates = new Map<string, EndpointGate>();
  readonly #hosts = new RecentlyUsed<{ readonly template: string; readonly gate: EndpointGate }>(
    maxHosts,
    ({ gate }) => gate.isUp,
  );

  /** `onChange` is called when one of them goes down or is up again. */
  constructor(
    { initialDelayMs, maxDelayMs }: Required<RetryOptions>,
    host: FunctionHost,
    onChange: ConstructorParameters<typeof EndpointGate>[2] = () => {},
  ) {
    this.#onChange = onChange;
    this.#host = host;
    this.#probing = { initialDelayMs, maxDelayMs: Math.min(maxDelayMs, longestProbeMs) };
  }

  of({ url: { template, namesHost } }: Endpoint, url: URL | Error): EndpointGate {
    if (!namesHost || !(url instanceof URL)) {
      const known = this.#templates.get(template);
      const gate = known ?? this.#made();
      this.#templates.set(template, gate);
      return gate;
    }
    const name = `${url.origin} ${template}`;
    const known = this.#hosts.get(name);
    const gate = known?.gate ?? this.#made();
    if (known === undefined) this.#hosts.set(name, { template, gate });
    return gate;
  }

  /** Whether a server of the endpoint is down. */
  isDown({ url: { template } }: Endpoint): boolean {
    if (this.#templates.get(template)?.isUp === false) return true;
    return [...this.#hosts.values()].some((one) => one.template === template && !one.gate.isUp);
  }

  close(): void {
    for (const gate of this.#templates.values()) gate.close();
    for (const { gate } of this.#hosts.values()) gate.close();
  }

  #made(): EndpointGate {
    return new EndpointGate(this.#host, this.#probing, this.#onChange);
  }
}
