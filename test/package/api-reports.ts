import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const compilerOptions = {
  ...{ target: "es2022", module: "nodenext", strict: true, noEmit: true },
  ...{ lib: ["es2022", "dom", "esnext.disposable"], types: [], skipLibCheck: true },
  allowImportingTsExtensions: true,
};

/**
 * What each subpath of a built package lets others see: names and their whole signatures, internal types that
 * appear in them included. By the subpath, `statefun` for the first; in a form that is made to be read in a diff.
 */
export function apiReports(packageFolder: string): ReadonlyMap<string, string> {
  const manifest = join(packageFolder, "package.json");
  const { exports }: { exports: Record<string, string> } = JSON.parse(
    readFileSync(manifest, "utf8"),
  );
  const folder = mkdtempSync(join(tmpdir(), "statefun-api-"));
  const modules = Object.entries(exports).filter(([, file]) => file.endsWith(".js"));
  try {
    return new Map(
      modules.map(([subpath, file]) => {
        const name = subpath === "." ? "statefun" : subpath.slice(2);
        const entry = join(packageFolder, file.replace(/\.js$/, ".d.ts"));
        return [name, reportOf(name, entry, packageFolder, folder)];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reportOf(name: string, entry: string, projectFolder: string, folder: string): string {
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, "package.json"),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: entry,
      newlineKind: "lf",
      compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
      apiReport: {
        ...{ enabled: true, includeForgottenExports: true },
        ...{ reportFileName: name, reportFolder: folder, reportTempFolder: join(folder, "new") },
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        ...{ extractorMessageReporting: silent, tsdocMessageReporting: silent },
        compilerMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error, addToApiReportFile: true },
        },
      },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
    },
  });
  return readFileSync(join(folder, `${name}.api.md`), "utf8").replaceAll(
    "    // (undocumented)\n",
    "",
  );
}
