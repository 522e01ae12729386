import { fetch } from "../../contract/app.ts";

export default { fetch };
