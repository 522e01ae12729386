export { type HttpEgressOptions, httpEgress } from "./connectors/http-egress.ts";
