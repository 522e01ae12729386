import type { JSX } from "preact";
import { hasToken, openSession, session, sessionError, signIn } from "../session/session.ts";
import { Failure } from "../ui/parts.tsx";

/** Asks for a token where the browser's own credentials were not enough. */
export function SignIn(): JSX.Element {
  const error = sessionError.value;
  if (session.value === "unreachable") {
    return (
      <main class="sign-in" id="main">
        <h1>The administration cannot be reached</h1>
        <Failure error={error} again={openSession} />
      </main>
    );
  }
  return (
    <main class="sign-in" id="main">
      <h1>Sign in</h1>
      <p>
        Sign-in is required. The token is sent as <code>Authorization: Bearer</code>, and kept in
        this tab alone.
      </p>
      {hasToken() && error !== undefined && (
        <p class="failure" role="alert">
          The token was refused: {error.message}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const token = String(new FormData(event.currentTarget).get("token")).trim();
          if (token !== "") void signIn(token);
        }}
      >
        <label>
          <span>Token</span>
          <input type="password" name="token" autocomplete="current-password" ref={focus} />
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}

function focus(input: HTMLInputElement | null): void {
  input?.focus();
}
