import { it } from "vitest";

/** A test that waits for long, and is left to the long suites: `STATEFUN_KAFKA=slow`. */
export const slowly = process.env["STATEFUN_KAFKA"] === "slow" ? it : it.skip;
