import { bytes, json } from "statefun";
import { z } from "zod";

/** The messages and states of the shop: every kind of field that a form has to show. */

export const Sku = z.string().regex(/^[A-Z]-\d{4}$/);
const Count = z.int().min(1).max(99);
/** In cents. */
const Amount = z.int().min(0).max(100_000_000);
export const Currency = z.enum(["EUR", "GBP", "USD"]);

export const AddItem = json(
  "shop/AddItem",
  z.object({
    sku: Sku.describe("As printed on the label, for example A-1009"),
    count: Count,
    gift: z
      .object({ message: z.string().max(200), paper: z.enum(["plain", "stars", "none"]) })
      .optional(),
    engraving: z.array(z.string().min(1).max(20)).max(3).optional(),
  }),
);

const Payment = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("card"),
    token: z.string().min(4),
    expires: z.string().regex(/^\d\d\/\d\d$/),
  }),
  z.object({ kind: z.literal("invoice"), due: z.iso.date(), vatId: z.string().optional() }),
  z.object({ kind: z.literal("voucher"), code: z.string().length(8) }),
]);

export const Checkout = json(
  "shop/Checkout",
  z.object({
    customer: z.string(),
    payment: Payment,
    shipTo: z.object({
      name: z.string().min(1),
      street: z.string(),
      city: z.string(),
      postcode: z.string().max(10),
      country: z.enum(["AT", "CH", "DE", "FR", "GB", "IE", "NL"]),
    }),
    isExpress: z.boolean(),
    contact: z.union([z.email(), z.e164()]).optional(),
  }),
);

export const Expire = json("shop/Expire", z.object({}));
/** Stores a photo of so many bytes in the cart. */
export const Attach = json("shop/Attach", z.object({ size: z.int().min(0).max(16_000_000) }));

const Line = z.object({ sku: Sku, count: Count, price: Amount });
export const Items = json(
  "shop/Items",
  z.object({ currency: Currency, lines: z.array(Line).max(100) }),
);
export const Photo = bytes("shop/Photo");

export const Reserve = json("shop/Reserve", z.object({ cart: z.string(), count: z.int() }));

export const Charge = json(
  "shop/Charge",
  z.object({ order: z.string(), amount: Amount, currency: Currency, card: z.string() }),
);
export const Charged = json(
  "shop/Charged",
  z.object({ order: z.string(), authorisation: z.string() }),
);

export const Register = json(
  "shop/Register",
  z.object({
    name: z.string().min(1),
    email: z.email(),
    born: z.iso.date().optional(),
    homepage: z.url().optional(),
    tags: z.array(z.enum(["new", "staff", "trade", "vip"])).max(4),
    newsletter: z.boolean(),
  }),
);
export type Profile = z.infer<typeof ProfileShape>;
const ProfileShape = z.object({ name: z.string(), email: z.string(), tags: z.array(z.string()) });
export const Profile = json("shop/Profile", ProfileShape);
export const Ordered = json("shop/Ordered", z.object({ order: z.string(), amount: Amount }));
export const Remind = json("shop/Remind", z.object({ of: z.enum(["birthday", "offer"]) }));

export const Mail = json(
  "shop/Mail",
  z.object({
    to: z.string(),
    template: z.enum(["welcome", "receipt", "reminder", "newsletter"]),
    words: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  }),
);

export const Campaign = json(
  "shop/Campaign",
  z.object({
    id: z.uuid(),
    subject: z.string().min(3).max(120),
    sendAt: z.iso.datetime(),
    share: z.number().min(0).max(1),
    variants: z.array(z.object({ text: z.string(), weight: z.number().positive() })).min(1),
  }),
);

export const Entry = json(
  "shop/Entry",
  z.object({ sku: Sku, cart: z.string(), count: z.int(), onHand: z.int() }),
);
