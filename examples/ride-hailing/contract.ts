import { functionRef, json, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";

type Nothing = Readonly<Record<string, never>>;

// From the phones of drivers and passengers.
export const OnDuty = json("ride/OnDuty", shape<{ readonly area: string }>());
export const OffDuty = json("ride/OffDuty", shape<Nothing>());
export const Arrived = json("ride/Arrived", shape<{ readonly area: string }>());
export const Order = json(
  "ride/Order",
  shape<{ readonly passenger: string; readonly area: string }>(),
);
export const Cancel = json("ride/Cancel", shape<Nothing>());

// Between areas, drivers and rides.
export const Free = json("ride/Free", shape<{ readonly driver: string }>());
export const Gone = json("ride/Gone", shape<{ readonly driver: string }>());
export const Seek = json("ride/Seek", shape<Nothing>());
export const Found = json("ride/Found", shape<{ readonly driver: string }>());
export const NobodyFree = json("ride/NobodyFree", shape<Nothing>());
export const Offer = json("ride/Offer", shape<Nothing>());
export const Accepted = json("ride/Accepted", shape<Nothing>());
export const Declined = json("ride/Declined", shape<Nothing>());
export const Released = json("ride/Released", shape<Nothing>());
export const Finished = json("ride/Finished", shape<Nothing>());
export const Again = json("ride/Again", shape<Nothing>());

/** What a passenger's phone shows. */
export const updates = kafkaEgress("ride/updates");

// Three functions that all send to each other: declared here, implemented in functions.ts.
export const area = functionRef("ride/area", [Free, Gone, Seek], { replies: [Found, NobodyFree] });
export const driver = functionRef("ride/driver", [OnDuty, OffDuty, Arrived, Offer, Released], {
  replies: [Accepted, Declined],
});
export const ride = functionRef("ride/ride", [
  Order,
  Cancel,
  Found,
  NobodyFree,
  Accepted,
  Declined,
  Finished,
  Again,
]);
