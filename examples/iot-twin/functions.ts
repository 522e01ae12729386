import { bool, double, int, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";

// From a device.
export const Reading = json(
  "iot/Reading",
  shape<{ readonly celsius: number; readonly sequence: number }>(),
);
// From somebody who looks after it.
export const Wish = json("iot/Wish", shape<{ readonly target: number }>());
export const Retire = json("iot/Retire", shape<Readonly<Record<string, never>>>());
const Silent = json("iot/Silent", shape<Readonly<Record<string, never>>>());

/** To devices: what they should do. */
export const commands = kafkaEgress("iot/commands");
/** To people: what they should know. */
export const alerts = kafkaEgress("iot/alerts");

export const functions = new StatefulFunctions("iot-twin");

const minute = 60_000;
export const silentAfterMs: number = 10 * minute;
const tooHot = 80;
const coolAgain = 75;

/** What is known of a device, also while the device cannot be reached. */
export const twin = functions.bind(
  "iot/twin",
  {
    accepts: [Reading, Wish, Retire, Silent],
    state: {
      // Old news is no news: what a device measured is gone with the alarm that it is silent.
      celsius: { type: double, expireAfterWriteMs: silentAfterMs },
      sequence: { type: int, initial: -1 },
      target: int,
      isHot: { type: bool, initial: false },
      isSilent: { type: bool, initial: false },
    },
    // A device that nobody mentions for a month is forgotten as a whole, without a message to it.
    expireInstanceAfterMs: 30 * 24 * 60 * minute,
  },
  (context, message) => {
    const { state, self } = context;
    const alert = (value: string) => context.emit(alerts, { topic: "alerts", key: self.id, value });
    const command = (target: number) =>
      context.emit(commands, {
        topic: "commands",
        key: self.id,
        value: JSON.stringify({ target }),
      });
    switch (message.typename) {
      case "iot/Reading": {
        const { celsius, sequence } = message.value;
        // Devices send again what was not acknowledged, and networks overtake: the newest reading wins.
        if (sequence <= state.sequence) return;
        state.sequence = sequence;
        state.celsius = celsius;
        if (state.isSilent) {
          alert("is back");
          state.isSilent = false;
          // It may have missed the last command.
          if (state.target !== undefined) command(state.target);
        }
        // Two limits, so that a device that wavers around one of them alerts nobody again and again.
        if (!state.isHot && celsius >= tooHot) {
          state.isHot = true;
          alert(`is too hot: ${celsius} °C`);
        } else if (state.isHot && celsius <= coolAgain) {
          state.isHot = false;
          alert(`has cooled down: ${celsius} °C`);
        }
        context.cancel("silent");
        context.sendAfter(silentAfterMs, twin.at(self.id), Silent.of({}), {
          cancellationToken: "silent",
        });
        break;
      }
      case "iot/Wish":
        state.target = message.value.target;
        command(state.target);
        break;
      case "iot/Silent":
        state.isSilent = true;
        alert("has been silent for ten minutes");
        break;
      case "iot/Retire":
        context.cancel("silent");
        context.clear("celsius", "sequence", "target", "isHot", "isSilent");
        break;
    }
  },
);
