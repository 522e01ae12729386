export { type HttpDeliveryOptions, httpDelivery } from "./connectors/http-egress.ts";
export { bearerToken, equalsSecret, pathToken, type Secret } from "./http/secrets.ts";
