import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { hasToken, openSession, session, sessionError, signIn } from "../session/session.ts";

/** Asks for a token where the browser's own credentials were not enough. */
export function SignIn(): JSX.Element {
  const [token, setToken] = useState("");
  const error = sessionError.value;
  if (session.value === "unreachable") {
    return (
      <main class="sign-in" id="main">
        <h1>The administration cannot be reached</h1>
        <p role="alert">
          {error?.message} <code>{error?.code}</code>
        </p>
        <button type="button" class="primary" onClick={() => void openSession()}>
          Try again
        </button>
      </main>
    );
  }
  return (
    <main class="sign-in" id="main">
      <h1>Sign in</h1>
      <p>
        This application asks operators who they are. The token is sent as{" "}
        <code>Authorization: Bearer</code>, and is kept in this tab alone.
      </p>
      {hasToken() && error !== undefined && (
        <p class="failure" role="alert">
          The token was refused: {error.message}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== "") void signIn(token.trim());
        }}
      >
        <label>
          <span>Token</span>
          <input
            type="password"
            name="token"
            autocomplete="current-password"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}
