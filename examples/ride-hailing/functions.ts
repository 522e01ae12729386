import { type Context, int, json, StatefulFunctions, shape, string } from "statefun";
import {
  Accepted,
  Again,
  area,
  Declined,
  driver,
  Finished,
  Found,
  Free,
  Gone,
  NobodyFree,
  Offer,
  Order,
  Released,
  ride,
  Seek,
  updates,
} from "./contract.ts";

const Drivers = json("ride/Drivers", shape<string[]>());

export const functions = new StatefulFunctions("ride-hailing");

/** An index: who is free here. Whom it finds is taken off the list, so that no two rides get one driver. */
export const areas = functions.implement(
  area,
  { state: { drivers: { type: Drivers, initial: () => [] } } },
  (context, message) => {
    const { state } = context;
    if (message.typename === "ride/Seek") {
      // Who has waited longest comes first.
      const found = state.drivers.shift();
      context.reply(found === undefined ? NobodyFree.of({}) : Found.of({ driver: found }));
      return;
    }
    const { driver } = message.value;
    state.drivers = state.drivers.filter((other) => other !== driver);
    if (message.typename === "ride/Free") state.drivers.push(driver);
  },
);

/** The truth about a driver. An area may be a moment behind it: so a ride asks the driver, too. */
export const drivers = functions.implement(
  driver,
  { state: { area: string, ride: string } },
  (context, message) => {
    const { state, self } = context;
    const wait = (): void => {
      if (state.area !== undefined) context.send(area.at(state.area), Free.of({ driver: self.id }));
    };
    const leave = (): void => {
      if (state.area !== undefined) context.send(area.at(state.area), Gone.of({ driver: self.id }));
    };
    switch (message.typename) {
      case "ride/OnDuty":
        if (state.ride !== undefined) return;
        leave();
        state.area = message.value.area;
        wait();
        break;
      case "ride/OffDuty":
        leave();
        delete state.area;
        break;
      case "ride/Offer":
        // Off duty, or on another ride: the area has not heard of it yet.
        if (state.area === undefined || state.ride !== undefined) context.reply(Declined.of({}));
        else {
          state.ride = context.caller?.id;
          context.reply(Accepted.of({}));
        }
        break;
      case "ride/Arrived":
        if (state.ride !== undefined) context.send(ride.at(state.ride), Finished.of({}));
        delete state.ride;
        // Who went off duty on the way stays off duty.
        if (state.area !== undefined) state.area = message.value.area;
        wait();
        break;
      case "ride/Released":
        // By an old ride, perhaps: the new one keeps its driver.
        if (state.ride === context.caller?.id) delete state.ride;
        if (state.ride === undefined) wait();
        break;
    }
  },
);

const seekAgainMs = 5_000;
const tries = 12;
const again = { cancellationToken: "again" };

const rideState = {
  order: Order,
  driver: string,
  tried: { type: int, initial: 0 },
  end: string,
} as const;
type RideContext = Context<typeof rideState>;

/** A ride, from the order to its end: each state that is there says how far it has come. */
export const rides = functions.implement(
  ride,
  {
    state: rideState,
    // Rides come and go: a day after the last message nothing is left of one.
    expireInstanceAfterMs: 86_400_000,
  },
  (context, message) => {
    const { state, self } = context;
    if (message.typename === "ride/Order" && state.order === undefined) state.order = message.value;
    const { order } = state;
    if (order === undefined) return;
    if (state.end !== undefined) {
      // A driver who was found after the end of the search is given back.
      if (message.typename === "ride/Found") giveBack(context, message.value.driver);
      if (message.typename === "ride/Accepted") giveBack(context, context.caller?.id);
      return;
    }
    const seek = () => context.send(area.at(order.area), Seek.of({}));
    switch (message.typename) {
      case "ride/Order":
        if (state.tried > 0) return;
        state.tried = 1;
        tell(context, "looking for a driver");
        return seek();
      case "ride/Found":
        return context.send(driver.at(message.value.driver), Offer.of({}));
      case "ride/Declined":
        return seek();
      case "ride/NobodyFree":
        if (state.tried >= tries) return end(context, "nobody is free, try again later");
        return context.sendAfter(seekAgainMs, ride.at(self.id), Again.of({}), again);
      case "ride/Again":
        state.tried += 1;
        return seek();
      case "ride/Accepted":
        state.driver = context.caller?.id;
        return tell(context, `${state.driver} is on the way`);
      case "ride/Finished":
        return end(context, "arrived");
      case "ride/Cancel":
        giveBack(context, state.driver);
        return end(context, "cancelled");
    }
  },
);

function tell(context: RideContext, text: string): void {
  const { passenger = "" } = context.state.order ?? {};
  context.emit(updates, { topic: "updates", key: passenger, value: `${context.self.id}: ${text}` });
}

function giveBack(context: RideContext, id: string | undefined): void {
  if (id !== undefined) context.send(driver.at(id), Released.of({}));
}

function end(context: RideContext, how: string): void {
  context.state.end = how;
  context.cancel(again.cancellationToken);
  tell(context, how);
}
