import { buildGo, buildJava, installNode, installPython } from "./tool-chains.ts";

/** Installs and compiles what is not there yet, before any test: no test's timeout is spent on it. */
export default async function setUp(): Promise<void> {
  // 3.20 is the last line of protobuf that both SDKs take; its compiled part is not made for newer Pythons.
  const protobuf = "protobuf==3.20.3";
  await installPython("python3", ["apache-flink-statefun==3.3.0", protobuf]);
  await installPython("python2", ["apache-flink-statefun==2.2.2", protobuf]);
  // For clients that are generated from /openapi.json.
  await installPython("openapi", ["openapi-python-client==0.29.1"]);
  await installNode();
  await buildJava();
  await buildGo();
}
