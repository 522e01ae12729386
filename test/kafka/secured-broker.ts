import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Broker, freePort, startBroker } from "./broker.ts";
import { targetDir } from "./class-path.ts";

const password = "of-the-keystore";
export const user = { username: "shop", password: "open sesame" };

/** A broker with a certificate of its own, reached in every way. */
export interface SecuredBroker extends Broker {
  /** What trusts it, as PEM. */
  readonly certificate: string;
  /** `host:port` of TLS, of a name and a password, and of both. */
  readonly tls: string;
  readonly sasl: string;
  readonly saslOverTls: string;
}

export async function startSecuredBroker(): Promise<SecuredBroker> {
  mkdirSync(targetDir, { recursive: true });
  const folder = mkdtempSync(join(targetDir, "keys-"));
  const keystore = join(folder, "broker.p12");
  const certificate = await makeCertificate(folder, keystore);
  const [tls, sasl, saslOverTls] = [await freePort(), await freePort(), await freePort()];
  const { username, password: secret } = user;
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${secret}";`;
  const broker = await startBroker(
    {
      "ssl.keystore.type": "PKCS12",
      "ssl.keystore.location": keystore,
      "ssl.keystore.password": password,
      "ssl.key.password": password,
      "sasl.enabled.mechanisms": "PLAIN",
      "listener.name.sasl_plaintext.plain.sasl.jaas.config": login,
      "listener.name.sasl_ssl.plain.sasl.jaas.config": login,
    },
    undefined,
    [
      { protocol: "SSL", port: tls },
      { protocol: "SASL_PLAINTEXT", port: sasl },
      { protocol: "SASL_SSL", port: saslOverTls },
    ],
  );
  return {
    ...broker,
    certificate,
    tls: `127.0.0.1:${tls}`,
    sasl: `127.0.0.1:${sasl}`,
    saslOverTls: `127.0.0.1:${saslOverTls}`,
    async stop() {
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of the JDK, which is here for the broker anyway. */
async function makeCertificate(folder: string, keystore: string): Promise<string> {
  const file = join(folder, "broker.pem");
  const keytool = (...args: string[]) =>
    promisify(execFile)("keytool", [
      ...args,
      ...["-alias", "broker", "-keystore", keystore, "-storetype", "PKCS12"],
      ...["-storepass", password],
    ]);
  const names = ["-dname", "CN=broker", "-ext", "san=ip:127.0.0.1,dns:localhost"];
  await keytool("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", ...names);
  await keytool("-exportcert", "-rfc", "-file", file);
  return readFileSync(file, "utf8");
}
