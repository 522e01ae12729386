export { bearerToken, equalsSecret, pathToken, type Secret } from "./handler/secrets.ts";
export { type HttpEgressOptions, httpEgress } from "./connectors/http-egress.ts";
