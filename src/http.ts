export { type HttpEgressOptions, httpEgress } from "./connectors/http-egress.ts";
export { bearerToken, equalsSecret, pathToken, type Secret } from "./http/secrets.ts";
