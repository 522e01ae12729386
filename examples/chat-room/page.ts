/** Everything in it comes from other people: it is shown as text, never as markup. */
export const page = `<!doctype html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Chat room</title>
<style>
  body { font: 16px system-ui; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
  li b { margin-right: .5rem }
  input[name=text] { width: 60% }
</style>
<h1></h1>
<ol aria-live="polite"></ol>
<form>
  <input name="who" placeholder="name" required maxlength="30">
  <input name="text" placeholder="say something" required maxlength="500" autocomplete="off">
  <button>Say</button> <output></output>
</form>
<script type="module">
  const room = new URLSearchParams(location.search).get("room") ?? "lobby";
  const form = document.querySelector("form");
  document.querySelector("h1").textContent = room;

  // The browser connects again by itself, and the server goes on behind the last line that it had.
  new EventSource("/egresses/chat/lines").onmessage = ({ data }) => {
    const { value } = JSON.parse(data);
    if (value.room !== room) return;
    const who = document.createElement("b");
    who.textContent = value.who;
    const line = document.createElement("li");
    line.append(who, value.text);
    document.querySelector("ol").append(line);
  };

  form.onsubmit = async (event) => {
    event.preventDefault();
    const { who, text } = form.elements;
    const headers = {
      "content-type": "application/json",
      prefer: "wait=10",
      // If the answer is lost, the same line can be sent again and is said once.
      "idempotency-key": crypto.randomUUID(),
    };
    const body = JSON.stringify({ who: who.value, text: text.value });
    const path = "/functions/chat/room/" + encodeURIComponent(room);
    const send = () => fetch(path, { method: "POST", headers, body });
    const answer = await send().catch(send);
    const { refused = "" } = answer.ok ? await answer.json() : { refused: "try again later" };
    form.querySelector("output").textContent = refused;
    if (refused === "") text.value = "";
  };
</script>
`;

/** The page at /, and everything else as before. */
export function withPage<Rest extends readonly unknown[]>(
  fetch: (request: Request, ...rest: Rest) => Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    if (new URL(request.url).pathname !== "/") return fetch(request, ...rest);
    const policy = "default-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
    };
    return new Response(page, { headers });
  };
}
