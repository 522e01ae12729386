/**
 * `npm run pictures`: the pictures of the console in the documents, in both themes. Everything in them is made up, and the
 * same each time: the shop has a clock that stands still, and chance of its own.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Console, launchBrowser, openConsole, settled, type Theme } from "./browser.ts";
import { smaller } from "./png.ts";
import { evening, spendNight, stuckCart } from "./shop/night.ts";
import { startVirtualShop } from "./shop/virtual.ts";

const folder = join(import.meta.dirname, "../../docs/pictures");
const maxBytes = 150_000;

const pictures = [
  { name: "overview", screen: "overview", params: {} },
  { name: "instance", screen: "instance", params: { function: "shop/cart", id: stuckCart } },
  { name: "dead-letters", screen: "dead-letters", params: {} },
] as const;

mkdirSync(folder, { recursive: true });
const shop = await startVirtualShop(evening, 3);
const browser = await launchBrowser();
try {
  const finish = await spendNight(shop);
  const light = await windowOf("light");
  const dark = await windowOf("dark");
  await finish();
  await take("light", light);
  await take("dark", dark);
} finally {
  await browser.close();
  await shop.close();
}

/** A page that has seen who sends to whom, and then looks away. */
async function windowOf(theme: Theme): Promise<Console> {
  const opened = await openConsole(browser, shop.url, { theme, atMs: shop.now() });
  await opened.open("overview");
  await live(opened);
  await opened.byKeyboard("p");
  return opened;
}

/** All pictures of a theme, at the time that it is now. */
async function take(theme: Theme, opened: Console): Promise<void> {
  const { page, open, byKeyboard, complaints, close } = opened;
  await page.clock.setFixedTime(shop.now());
  await byKeyboard("p");
  for (const { name, screen, params } of pictures) {
    // To open what is open would load the page anew, and forget what it has seen.
    if (screen !== "overview") await open(screen, params);
    await live(opened);
    const picture = smaller(await page.screenshot({ animations: "disabled", caret: "hide" }));
    const file = `console-${name}-${theme}.png`;
    if (picture.length > maxBytes) throw new Error(`${file} has ${picture.length} bytes`);
    writeFileSync(join(folder, file), picture);
    console.log(`${file}  ${picture.length} B`);
  }
  await complaints.assertNone();
  await close();
}

/** Until the page has what is live: a server makes its figures anew once a second. */
async function live({ page }: Console): Promise<void> {
  await page.getByRole("status").getByText(/^live/).waitFor();
  await page.waitForTimeout(2_500);
  await settled(page);
}
