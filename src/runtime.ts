/// <reference lib="esnext.disposable" preserve="true" />
export type { Client, IngressOptions, Receipt } from "./client/client.ts";
export { createRuntime } from "./embedded/create-runtime.ts";
export { keep } from "./embedded/keep.ts";
export type { RuntimeOptions } from "./embedded/options.ts";
export type { DeadLetters, Runtime } from "./embedded/runtime.ts";
export type { DeadLetter, Instance } from "./embedded/views.ts";
export {
  defineModule,
  type Ingress,
  type ModuleParts,
  type RemoteEndpoint,
} from "./sdk/define-module.ts";
export type { IngressRecord, RouteContext } from "./sdk/ingress-record.ts";
export { memoryStore } from "./store/memory-store.ts";
export type { Store } from "./store/store-handle.ts";
export type { CorsOptions } from "./surface/cors-options.ts";
export type { HttpSurfaceOptions } from "./surface/options.ts";
