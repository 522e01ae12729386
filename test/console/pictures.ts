/**
 * `npm run pictures`: the pictures of the console in the documents, in both themes. Everything in them is made up, and the
 * same each time: the shop has a clock that stands still, and chance of its own.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser, openConsole, settled } from "./browser.ts";
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
  await spendNight(shop);
  for (const theme of ["light", "dark"] as const) {
    const { page, open, close, complaints } = await openConsole(browser, shop.url, {
      theme,
      atMs: shop.now(),
    });
    for (const { name, screen, params } of pictures) {
      await open(screen, params);
      await page.getByRole("status").getByText(/^live/).waitFor();
      await settled(page);
      const picture = smaller(await page.screenshot({ animations: "disabled", caret: "hide" }));
      const file = `console-${name}-${theme}.png`;
      if (picture.length > maxBytes) throw new Error(`${file} has ${picture.length} bytes`);
      writeFileSync(join(folder, file), picture);
      console.log(`${file}  ${picture.length} B`);
    }
    await complaints.assertNone();
    await close();
  }
} finally {
  await browser.close();
  await shop.close();
}
