import { app } from "../../contract/hono-app.ts";

export default app;
