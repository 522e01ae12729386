export { type HttpDeliveryOptions, httpDelivery } from "./connectors/http-delivery.ts";
export { bearerToken, equalsSecret, pathToken, type Secret } from "./http/secrets.ts";
