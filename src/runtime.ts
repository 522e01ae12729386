/// <reference lib="esnext.disposable" preserve="true" />
export type { Client, Receipt } from "./client/client.ts";
export type { MessageOptions } from "./client/message-options.ts";
export { createRuntime } from "./embedded/create-runtime.ts";
export type { Runtime } from "./embedded/runtime.ts";
export type { DeadLetters } from "./host/dead-letters.ts";
export type {
  InstanceList,
  InstancesOptions,
  InstanceTrouble,
  ListedInstance,
} from "./host/instances.ts";
export type { RuntimeOptions } from "./host/options.ts";
export type {
  UpgradedFunction,
  UpgradeRunOptions,
  UpgradeSummary,
} from "./host/upgrade/upgrade.ts";
export type { DeadLetter, Instance } from "./host/views.ts";
export type {
  ExportOptions,
  ImportOptions,
  ImportProgress,
  ImportSummary,
} from "./host/moving.ts";
export type { Backup, BackupOptions, BackupProgress } from "./store/backup-source.ts";
export { memoryStore } from "./store/memory/memory-store.ts";
export type { Store } from "./store/store-handle.ts";
export type { CorsOptions } from "./surface/cors-options.ts";
export type { AdminAuthenticate, AdminIdentity, AdminRole } from "./surface/operators.ts";
export type { HttpSurfaceOptions } from "./surface/options.ts";
