export type { Binder, BinderPlace } from "./module/binder.ts";
export { type DescribeModuleOptions, describeModule } from "./module/describe-module.ts";
export { type LoadModuleOptions, loadModule } from "./module/load-module.ts";
export type { EndpointTransport } from "./sdk/define-module.ts";
