export type { Binder, BinderPlace } from "./module/kinds/binder.ts";
export { type LoadModuleOptions, loadModule } from "./module/load-module.ts";
export { type DescribeModuleOptions, describeModule } from "./module/write/describe-module.ts";
export type { EndpointTransport } from "./sdk/modules/define-module.ts";
