import { needed } from "../routes/pages.ts";
import { abandonRow } from "./actions/abandon.ts";
import { importRow } from "./actions/import.ts";
import { importPartRow } from "./actions/import-part.ts";
import { instanceRows } from "./actions/instances.ts";
import { letterRows } from "./actions/letters.ts";
import { recordingRows } from "./actions/recording.ts";
import { sendRow } from "./actions/send.ts";
import { stateRows } from "./actions/states.ts";
import { timerRows } from "./actions/timers.ts";
import { adminDocument } from "./admin-document.ts";
import type { AdminRoute } from "./admin-route.ts";
import { adminSchemas } from "./admin-schemas.ts";
import { liveRow } from "./live/live-route.ts";
import { addressParameters, afterCursor, limit } from "./parameters.ts";
import { activityRow, pausedRow } from "./reads/activity.ts";
import { answerRead } from "./reads/answer-read.ts";
import { egressesRow, endpointsRow, ingressesRow } from "./reads/connections.ts";
import { deadGroupsRow, deadLettersRow } from "./reads/dead-letters.ts";
import { exportOfListRow, exportRow } from "./reads/export.ts";
import { functionsRow } from "./reads/functions.ts";
import { graphRow } from "./reads/graph.ts";
import { instanceRoute } from "./reads/instance.ts";
import { instancesRow } from "./reads/instances.ts";
import { messageRow, messagesRow } from "./reads/messages.ts";
import { metricsRow } from "./reads/metrics.ts";
import { meRow, overviewRow } from "./reads/overview.ts";
import { ratesRow } from "./reads/rates.ts";
import { recordingRow } from "./reads/recording.ts";
import { recordsRow } from "./reads/records.ts";
import { timersRow } from "./reads/timers.ts";
import { errorsRow, troublesRow } from "./reads/troubles.ts";
import { valueRow } from "./reads/value.ts";
import { windowsRow } from "./reads/windows.ts";

const instanceAnswers: AdminRoute["answers"] = {
  "200": {
    text: "State, mailbox and timers as they are now, one list over all three; `next` is absent at the end",
    schema: { $ref: "#/components/schemas/Instance" },
  },
  "404": { text: "There is no such function, and nothing of it" },
};

const oneInstance: readonly AdminRoute[] = [
  {
    method: "GET",
    path: "/admin/instances/{namespace}/{name}/{id}",
    does: "read",
    summary: "One instance, by an id that can stand in a path",
    query: [afterCursor, limit],
    answers: instanceAnswers,
    answer: ({ names: [namespace, name, id], ...call }) =>
      instanceRoute({ typename: `${namespace}/${name}`, id: `${id}` }, call),
  },
  // For ids that no path can have.
  {
    method: "GET",
    path: "/admin/instance",
    does: "read",
    summary: "One instance, by any id",
    query: [...addressParameters, afterCursor, limit],
    answers: instanceAnswers,
    answer: (call) =>
      instanceRoute(
        { typename: needed(call.query, "function"), id: needed(call.query, "id") },
        call,
      ),
  },
];

const documentRow: AdminRoute = {
  method: "GET",
  path: "/admin/openapi.json",
  does: "read",
  summary: "These routes, as OpenAPI 3.1",
  answers: { "200": { text: "This document", schema: { type: "object" } } },
  answer: ({ options }) => answerRead(adminDocument(adminRoutes, adminSchemas, options.basePath)),
};

/** All of them: there is no other way to one. */
export const adminRoutes: readonly AdminRoute[] = [
  meRow,
  overviewRow,
  functionsRow,
  instancesRow,
  ...oneInstance,
  valueRow,
  timersRow,
  deadLettersRow,
  deadGroupsRow,
  egressesRow,
  recordsRow,
  endpointsRow,
  ingressesRow,
  errorsRow,
  troublesRow,
  windowsRow,
  graphRow,
  ratesRow,
  activityRow,
  pausedRow,
  recordingRow,
  messagesRow,
  messageRow,
  liveRow,
  metricsRow,
  exportRow,
  exportOfListRow,
  importPartRow,
  documentRow,
  ...letterRows,
  sendRow,
  ...instanceRows,
  ...stateRows,
  ...timerRows,
  ...recordingRows,
  importRow,
  abandonRow,
];
