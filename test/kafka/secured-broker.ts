import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AclOperations,
  AclPermissionTypes,
  ResourcePatternTypes,
  ResourceTypes,
} from "@platformatic/kafka";
import { asAdmin, type Broker, freePort, startBroker } from "./broker.ts";
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
  /** Takes from `user` the right to do something with a topic, until it is given back. */
  forbid(topic: string, operation: "read" | "write" | "describe"): Promise<void>;
  allow(topic: string): Promise<void>;
}

export async function startSecuredBroker(
  overrides: Record<string, string> = {},
): Promise<SecuredBroker> {
  mkdirSync(targetDir, { recursive: true });
  const folder = mkdtempSync(join(targetDir, "keys-"));
  const keystore = join(folder, "broker.p12");
  const certificate = await makeCertificate(folder, keystore);
  const [tls, sasl, saslOverTls] = [await freePort(), await freePort(), await freePort()];
  const { username, password: secret } = user;
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${secret}";`;
  const broker = await startBroker(
    {
      // Everybody may do everything that no ACL forbids; who gives no name, as the tests, may do that too.
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "allow.everyone.if.no.acl.found": "true",
      "super.users": "User:ANONYMOUS",
      "ssl.keystore.type": "PKCS12",
      "ssl.keystore.location": keystore,
      "ssl.keystore.password": password,
      "ssl.key.password": password,
      "sasl.enabled.mechanisms": "PLAIN",
      "listener.name.sasl_plaintext.plain.sasl.jaas.config": login,
      "listener.name.sasl_ssl.plain.sasl.jaas.config": login,
      ...overrides,
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
    forbid: (topic, operation) =>
      asAdmin(broker.brokers, async (admin) => {
        // A rule for others makes the default, to allow everything, not hold for the topic any more.
        const all = aclOf(topic, AclOperations.ALL, AclPermissionTypes.ALLOW);
        const denied = {
          read: AclOperations.READ,
          write: AclOperations.WRITE,
          describe: AclOperations.DESCRIBE,
        };
        const one = aclOf(topic, denied[operation], AclPermissionTypes.DENY);
        await admin.createAcls({ creations: [all, one] });
      }),
    allow: (topic) =>
      asAdmin(broker.brokers, async (admin) => {
        const filter = {
          ...aclOf(topic, AclOperations.ANY, AclPermissionTypes.ANY),
          principal: null,
        };
        await admin.deleteAcls({ filters: [filter] });
      }),
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

function aclOf(
  resourceName: string,
  operation: (typeof AclOperations)[keyof typeof AclOperations],
  permissionType: (typeof AclPermissionTypes)[keyof typeof AclPermissionTypes],
) {
  return {
    resourceType: ResourceTypes.TOPIC,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user.username}`,
    host: "*",
    operation,
    permissionType,
  };
}
