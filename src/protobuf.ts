export { protobuf } from "./sdk/types/protobuf-type.ts";
