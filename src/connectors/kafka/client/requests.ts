import { inTime } from "../../../internal/deadline.ts";
import { StateFunError } from "../../../internal/errors.ts";
import type { Api, ClientSettings, Connection, KafkaModule, RawClient } from "./client.ts";

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** One request, before the version of it is known. */
export interface KafkaRequest {
  /** As the protocol calls it. */
  readonly name: string;
  /** Any broker where none is named. */
  readonly to?: BrokerAddress | undefined;
  readonly timeoutMs: number;
  readonly args: (version: number) => readonly unknown[];
}

/**
 * Sends single requests to brokers: by no cache, without retries, one topic independent of the other. A broker that does
 * not answer in time loses its connection, so that the next request gets another one.
 */
export class Requests {
  readonly #kafka: KafkaModule;
  readonly #settings: ClientSettings;
  #client: RawClient | undefined;
  #isClosed = false;
  /** Those that were named in the settings, and those that the cluster was seen to have. */
  #brokers: readonly BrokerAddress[];
  /** Which of them is asked where any may be. */
  #next = 0;

  constructor(kafka: KafkaModule, settings: ClientSettings) {
    this.#kafka = kafka;
    this.#settings = settings;
    this.#brokers = settings.bootstrapBrokers.map(addressOf);
  }

  /** The cluster has these brokers too. */
  discovered(brokers: Iterable<BrokerAddress>): void {
    const all = new Map(
      [...this.#settings.bootstrapBrokers.map(addressOf), ...brokers].map((one) => [
        nameOf(one),
        one,
      ]),
    );
    this.#brokers = [...all.values()];
  }

  /** What the broker answers. Rejects with the client's error, which has a `response` where only parts of it failed. */
  async send<T>({ name, to, timeoutMs, args }: KafkaRequest): Promise<T> {
    const broker = to ?? this.#brokers[this.#next % this.#brokers.length];
    if (this.#isClosed || broker === undefined) {
      throw new StateFunError("draining", "the connections are closed");
    }
    let connection: Connection | undefined;
    const send = async (): Promise<T> => {
      const client = this.#opened();
      connection = await this.#call<Connection>(client, this.#kafka.kGetConnection, broker);
      const api = await this.#call<Api>(client, this.#kafka.kGetApi, name);
      const { version } = api;
      return await called((done) => api(connection as Connection, ...args(version), done));
    };
    try {
      return await inTime(timeoutMs, send(), () => {
        const text = `${nameOf(broker)} has not answered (${name}) for ${timeoutMs} ms`;
        throw new StateFunError("timed_out", text);
      });
    } catch (error) {
      if (to === undefined) this.#next++;
      if (error instanceof StateFunError) this.#drop(connection);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client?.close().catch(() => {});
  }

  #opened(): RawClient {
    if (this.#client !== undefined) return this.#client;
    const { bootstrapBrokers, ...settings } = this.#settings;
    // It asks the first one what it can do: not one that has just been silent.
    const first = this.#next % bootstrapBrokers.length;
    const brokers = [...bootstrapBrokers.slice(first), ...bootstrapBrokers.slice(0, first)];
    // Times are counted here.
    const requestTimeout = 2_147_483_647;
    this.#client = new this.#kafka.Base({ ...settings, requestTimeout, bootstrapBrokers: brokers });
    return this.#client;
  }

  /** Without a connection even the first questions were not answered. */
  #drop(connection: Connection | undefined): void {
    if (connection !== undefined) {
      void connection.close().catch(() => {});
      return;
    }
    void this.#client?.close().catch(() => {});
    this.#client = undefined;
  }

  #call<T>(client: RawClient, method: symbol, argument: unknown): Promise<T> {
    // The client declares these methods for its own classes: an argument, and a callback.
    const call = client[method] as (argument: unknown, done: Done) => void;
    return called((done) => call.call(client, argument, done));
  }
}

type Done = (error: unknown, result?: unknown) => void;

function called<T>(run: (done: Done) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    run((error, result) => {
      if (error === undefined || error === null) resolve(result as T);
      else reject(error);
    });
  });
}

function addressOf(broker: string): BrokerAddress {
  const colon = broker.lastIndexOf(":");
  const host = broker.slice(0, colon).replace(/^\[|\]$/g, "");
  return { host, port: Number(broker.slice(colon + 1)) };
}

export function nameOf({ host, port }: BrokerAddress): string {
  return `${host}:${port}`;
}
