import { classPath } from "../kafka/class-path.ts";

/** The libraries of the broker are loaded before any test: no test's timeout is spent on it. */
export default async function setUp(): Promise<void> {
  await classPath();
}
