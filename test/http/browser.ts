import { accessSync, constants } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";
import { type Browser, chromium, type Page } from "playwright-core";

const usual = ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`);

/** A Chromium of this machine; undefined where there is none. `STATEFUN_CHROMIUM` names another one. */
export const chromiumPath: string | undefined = [
  process.env["STATEFUN_CHROMIUM"] ?? "",
  ...usual,
].find(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== "";
  } catch {
    return false;
  }
}

export interface OpenPage {
  readonly page: Page;
  /** Of the page, as a browser writes it. */
  readonly origin: string;
  close(): Promise<void>;
}

/** A page of an origin of its own, on another port of this machine, in a browser of its own. */
export async function openPage(): Promise<OpenPage> {
  const server = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>hello"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${Object(server.address()).port}`;
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    // In a container there is nothing to make a sandbox of.
    const args = ["--no-sandbox", "--disable-dev-shm-usage"];
    browser = await chromium.launch({ executablePath: chromiumPath ?? "", args });
    const page = await browser.newPage();
    await page.goto(origin);
    return { page, origin, close };
  } catch (error) {
    await close();
    throw error;
  }
}
