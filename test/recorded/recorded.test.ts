import { serve } from "statefun/node";
import { codecV2, codecV3, detectProtocol } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { bytesFromHex } from "../golden/fixtures.ts";
import { batchFromMeaning } from "../golden/model.ts";
import { requestMeaning } from "../golden/oracle.ts";
import { recordedApp } from "./app.ts";
import { readRecordings, recordedFiles, wireOf } from "./recordings.ts";
import { isReplayed, replay } from "./replay.ts";

const counts = new Map([
  ["apache-2.2.2.jsonl", 43],
  ["apache-3.3.0-metadata.jsonl", 9],
  ["apache-3.3.0-okhttp.jsonl", 28],
  ["apache-3.3.0.jsonl", 49],
]);

const files = [...counts.keys()];

describe("recorded traffic", () => {
  it("is replayed from every file that there is", () => {
    expect([...recordedFiles()].sort()).toEqual(files);
    for (const file of files)
      expect(readRecordings(file), file).toHaveLength(counts.get(file) ?? 0);
  });

  // Most of the time is rec/slow waiting; each file has a server of its own.
  it.concurrent.for(files)("is answered over HTTP as the official SDKs did: %s", async (file) => {
    const errors: unknown[] = [];
    const server = await serve({
      fetch: recordedApp({ onError: (error) => errors.push(error) }),
      port: 0,
    });
    try {
      const replayed = await replay(`http://127.0.0.1:${server.port}`, file);
      expect(replayed).toHaveLength(readRecordings(file).filter(isReplayed).length);
      for (const { name, ours, recorded } of replayed) expect(ours, name).toEqual(recorded);
      // Only rec/flaky fails, once a file.
      const failures = replayed.filter(({ ours }) => ours.status !== 200);
      expect(errors).toHaveLength(failures.length);
    } finally {
      await server.close();
    }
  });

  it.for(files)("is recognised by its bytes, and read by its codec: %s", (file) => {
    for (const [index, recording] of readRecordings(file).entries()) {
      const bytes = bytesFromHex(recording.request);
      const wire = wireOf(recording);
      expect(detectProtocol(bytes), `${file}:${index + 1}`).toBe(wire);
      const codec = wire === "v2" ? codecV2 : codecV3;
      const batch = codec.decodeRequest(bytes);
      expect(batch, `${file}:${index + 1}`).toEqual(
        batchFromMeaning(requestMeaning(bytes, wire), wire),
      );
      expect(codec.decodeRequest(codec.encodeRequest(batch))).toEqual(batch);
    }
  });
});
