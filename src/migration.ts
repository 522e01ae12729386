export type { ExportedState, InstanceLine } from "./export-format/records.ts";
export {
  type CollectExportOptions,
  collectExport,
  type ExportCollector,
} from "./migration/driver/collect-export.ts";
export { type CollectImportOptions, collectImport } from "./migration/driver/collect-import.ts";
export type { Added, MoveCollector } from "./migration/driver/collector.ts";
export { readAddresses } from "./migration/driver/read-addresses.ts";
export {
  exportRequests,
  type ImportRequestOptions,
  importRequests,
  type OpenExport,
  type RequestOptions,
  type RequestRecord,
} from "./migration/driver/requests.ts";
export type { RefusedRecord } from "./migration/move-record.ts";
export { type Endpoint, migratable } from "./migration/wrapper/migratable.ts";
export type {
  EndpointOptions,
  ForeignState,
  MigrationOptions,
} from "./migration/wrapper/options.ts";
