import type { JSX } from "preact";
import { hasToken, signOut } from "../session/session.ts";
import { chooseTheme, chooseZone, theme, zone } from "../session/settings.ts";

/** What an operator prefers, and the way out. */
export function Settings(): JSX.Element {
  return (
    <>
      <Choice
        chosen={zone.value}
        choose={chooseZone}
        label="Times in"
        options={[
          ["utc", "UTC"],
          ["local", "Local time"],
        ]}
      />
      <Choice
        chosen={theme.value}
        choose={chooseTheme}
        label="Colours"
        options={[
          ["system", "System"],
          ["light", "Light"],
          ["dark", "Dark"],
        ]}
      />
      {hasToken() && (
        <button type="button" class="pill" onClick={signOut}>
          Sign out
        </button>
      )}
    </>
  );
}

function Choice<T extends string>(props: {
  readonly chosen: T;
  readonly choose: (value: T) => void;
  readonly label: string;
  readonly options: readonly (readonly [value: T, word: string])[];
}): JSX.Element {
  const { chosen, choose, label, options } = props;
  return (
    <label class="pill wide">
      <span class="hidden">{label}</span>
      <select
        value={chosen}
        onChange={({ currentTarget: { selectedIndex } }) => {
          choose(options[selectedIndex]?.[0] ?? chosen);
        }}
      >
        {options.map(([value, word]) => (
          <option key={value} value={value} selected={value === chosen}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}
