/** The StateFun releases that are started; each is a profile of pom.xml. */
export interface Release {
  readonly version: "3.3.0" | "3.2.0" | "3.0.0" | "2.2.2";
  readonly wire: "v2" | "v3";
  /** Whether its delayed messages can be cancelled. */
  readonly cancellation: boolean;
  /** How it reaches a function server, the default first. */
  readonly transports: readonly Transport[];
}

/**
 * `async` is Netty; `okhttp` is the older client, explicitly or because the release has no other; `endpoints.v1`
 * is the older kind of endpoint, which always means OkHttp.
 */
export type Transport = "async" | "okhttp" | "endpoints.v1";

export const statefun330: Release = {
  version: "3.3.0",
  wire: "v3",
  cancellation: true,
  transports: ["async", "okhttp", "endpoints.v1"],
};
export const statefun320: Release = { ...statefun330, version: "3.2.0", transports: ["async"] };
export const statefun300: Release = {
  version: "3.0.0",
  wire: "v3",
  cancellation: false,
  transports: ["okhttp"],
};
export const statefun222: Release = { ...statefun300, version: "2.2.2", wire: "v2" };

export const releases: readonly Release[] = [statefun330, statefun320, statefun300, statefun222];
