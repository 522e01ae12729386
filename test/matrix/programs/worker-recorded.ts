import { recordedApp } from "../../recorded/app.ts";

const handler = recordedApp({ onError: () => undefined });

export default { fetch: (request: Request) => handler(request) };
