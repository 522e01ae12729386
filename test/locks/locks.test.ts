import { lockSuite } from "./lock-suite.ts";
import { nodeFromSource } from "./owners.ts";

lockSuite("Node", () => nodeFromSource);
