export { default, StatefulObject } from "../../http/edge-worker.ts";
