import type { Message } from "statefun";
import type {
  Completed,
  DelayedEffect,
  Invocation,
  InvocationOutcome,
  ProtocolCodec,
  WireAddress,
  WireValue,
} from "statefun/protocol";
import { showAddress, showMissing, showState, showValue } from "./show.ts";

export interface ClusterSetup {
  readonly url: string;
  readonly codec: ProtocolCodec;
  readonly print: (line: string) => void;
  /** What the module.yaml of a 2.x cluster lists: the states of each function, by its typename. */
  readonly states?: Readonly<Record<string, readonly string[]>>;
}

interface Mail extends Invocation {
  readonly target: WireAddress;
}

interface Timer {
  readonly at: number;
  readonly token: string | undefined;
  readonly mail: Mail;
}

/** The part that a StateFun cluster plays, in the small: mailboxes, state and timers of its functions. */
export class Cluster {
  readonly #setup: ClusterSetup;
  /** The names of the states that the cluster knows of, by function. */
  readonly #states: Map<string, readonly string[]>;
  readonly #values = new Map<string, WireValue>();
  #mailbox: Mail[] = [];
  #timers: Timer[] = [];
  #now = 0;

  constructor(setup: ClusterSetup) {
    this.#setup = setup;
    this.#states = new Map(Object.entries(setup.states ?? {}));
  }

  /** What an ingress does: the message has no caller. */
  send(typename: string, id: string, message: Message): void {
    const argument = { typename: message.typename, bytes: message.bytes, headers: [] };
    this.#mailbox.push({ target: { typename, id }, caller: undefined, argument });
  }

  /** Lets a time pass, but in no time: what is due by then comes into the mailbox. */
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    this.#mailbox.push(...due.map(({ mail }) => mail));
  }

  /** Calls functions until there is no more mail. What waits for one address goes in one request. */
  async run(): Promise<void> {
    for (let [mail] = this.#mailbox; mail !== undefined; [mail] = this.#mailbox) {
      const to = showAddress(mail.target);
      this.#setup.print(to);
      const batch = this.#mailbox.filter(({ target }) => showAddress(target) === to);
      this.#mailbox = this.#mailbox.filter((one) => !batch.includes(one));
      for (const { argument } of batch) this.#setup.print(`  <- ${showValue(argument)}`);
      this.#apply(mail.target, await this.#invoke(mail.target, batch));
    }
  }

  /** Sends the batch again until no state is missing: a 3.x cluster learns of states in this way. */
  async #invoke(target: WireAddress, batch: readonly Invocation[]): Promise<Completed> {
    const { typename } = target;
    const known = this.#states.get(typename) ?? [];
    const state = new Map(known.map((name) => [name, this.#values.get(stateKey(target, name))]));
    for (const [name, value] of state) this.#setup.print(`  <- state ${showState(name, value)}`);
    const outcome = await this.#post(
      this.#setup.codec.encodeRequest({ target, state, invocations: batch }),
    );
    if (outcome.kind === "completed") return outcome;
    this.#setup.print(`  -> needs state ${outcome.missing.map(showMissing).join(", ")}`);
    this.#states.set(typename, [...known, ...outcome.missing.map(({ name }) => name)]);
    return this.#invoke(target, batch);
  }

  async #post(body: Uint8Array<ArrayBuffer>): Promise<InvocationOutcome> {
    const headers = { "content-type": "application/octet-stream" };
    const response = await fetch(this.#setup.url, { method: "POST", headers, body });
    // A real cluster would send the request again.
    if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
    return this.#setup.codec.decodeResponse(new Uint8Array(await response.arrayBuffer()));
  }

  /** Does what a batch said, in the order in which a cluster does. */
  #apply(self: WireAddress, { messages, delayed, egresses, mutations }: Completed): void {
    const { print } = this.#setup;
    for (const { target, argument } of messages) {
      print(`  -> ${showAddress(target)}: ${showValue(argument)}`);
      this.#mailbox.push({ target, caller: self, argument });
    }
    for (const effect of delayed) this.#delay(self, effect);
    for (const { egress, argument } of egresses) {
      print(`  -> egress ${egress}: ${showValue(argument)}`);
    }
    for (const { name, value } of mutations) {
      print(`  -> state ${showState(name, value)}`);
      if (value === undefined) this.#values.delete(stateKey(self, name));
      else this.#values.set(stateKey(self, name), value);
    }
  }

  #delay(self: WireAddress, effect: DelayedEffect): void {
    const token = effect.cancellationToken;
    if (effect.kind === "cancel") {
      this.#setup.print(`  -> cancel ${token}`);
      this.#timers = this.#timers.filter((timer) => timer.token !== token);
      return;
    }
    const { delayMs, target, argument } = effect;
    const named = token === undefined ? "" : ` (${token})`;
    this.#setup.print(
      `  -> ${showAddress(target)} in ${delayMs} ms${named}: ${showValue(argument)}`,
    );
    const mail = { target, caller: self, argument };
    this.#timers.push({ at: this.#now + delayMs, token, mail });
  }
}

function stateKey(address: WireAddress, name: string): string {
  return `${showAddress(address)} ${name}`;
}
