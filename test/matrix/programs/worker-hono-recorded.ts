import { honoRecorded } from "./hono-recorded.ts";

export default honoRecorded();
