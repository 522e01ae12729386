/// <reference lib="esnext.disposable" preserve="true" />
export { createTestRuntime } from "./testing/create-test-runtime.ts";
export type { TestOptions } from "./testing/options.ts";
export { type Stub, stub } from "./testing/stub.ts";
export type { TestRuntime } from "./testing/test-runtime.ts";
