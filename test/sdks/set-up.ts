import { classPath as brokerClassPath } from "../kafka/class-path.ts";
import {
  buildGo,
  buildJava,
  installNode,
  installPython,
  installPython3,
  protobuf,
} from "./tool-chains.ts";

/** Installs and compiles what is not there yet, before any test: no test's timeout is spent on it. */
export default async function setUp(): Promise<void> {
  await installPython3();
  await installPython("python2", ["apache-flink-statefun==2.2.2", protobuf]);
  // For clients that are generated from /openapi.json.
  await installPython("openapi", ["openapi-python-client==0.29.1"]);
  await installNode();
  await buildJava();
  await buildGo();
  // A trace goes through a broker too.
  await brokerClassPath();
}
