export { default, StatefulObject } from "../../durable-object/http/worker.ts";
