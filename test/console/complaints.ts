import type { Page } from "playwright-core";

/** What a page must never cause. */
export interface Complaints {
  /** From now on: such a line of the browser's console is expected, like that of a request that is refused. */
  allow(pattern: RegExp): void;
  readonly all: readonly string[];
  assertNone(): Promise<void>;
}

/**
 * Collects what a browser has to say against a page: errors and warnings of its console, errors that nothing caught, reports of
 * the policy, dialogs (a script of a stranger would open one), and requests to other origins.
 */
export async function complaintsOf(page: Page, origin: string): Promise<Complaints> {
  const all: string[] = [];
  const allowed: RegExp[] = [];
  const add = (text: string) => {
    if (!allowed.some((pattern) => pattern.test(text))) all.push(text);
  };
  page.on("console", (message) => {
    const { type, text } = { type: message.type(), text: message.text() };
    if (type === "error" || type === "warning") add(`${type}: ${text} (${message.location().url})`);
  });
  page.on("pageerror", (error) => add(`uncaught: ${error.stack ?? error}`));
  page.on("crash", () => add("the page has crashed"));
  page.on("dialog", (dialog) => {
    add(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    // A file that the page made itself, for a download.
    if (url.startsWith(`blob:${origin}/`)) return;
    if (new URL(url).origin !== origin) add(`request to ${url}`);
  });
  // Of all worlds of the page, and before its own scripts.
  await page.exposeFunction("reportViolation", (text: string) => add(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const { violatedDirective, blockedURI, sample, sourceFile } = event;
      const text = `${violatedDirective} ${blockedURI} ${sample} (${sourceFile})`;
      void Object(globalThis).reportViolation(text);
    });
  });
  return {
    all,
    allow: (pattern) => void allowed.push(pattern),
    async assertNone() {
      // What was said last is on its way.
      if (!page.isClosed())
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
      if (all.length > 0) throw new Error(`the browser complains:\n${all.join("\n")}`);
    },
  };
}
