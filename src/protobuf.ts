export { protobuf } from "./sdk/protobuf-type.ts";
