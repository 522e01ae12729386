/** What is used of a span of the platform. What a platform lacks is not used. */
export interface WorkersSpan {
  readonly isTraced?: boolean;
  setAttribute(key: string, value: string | number | boolean): unknown;
  setStatus?(status: {
    readonly code: "unset" | "ok" | "error";
    readonly message?: string;
  }): unknown;
  spanContext?(): {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
  };
  end?(): void;
}

/** `tracing` of `cloudflare:workers`, or of the context of a request. */
export interface WorkersTracing {
  enterSpan<T>(name: string, run: (span: WorkersSpan) => T): T;
  startActiveSpan?<T>(name: string, run: (span: WorkersSpan) => T): T;
  getActiveSpan?(): WorkersSpan | undefined;
}
