/** Of every command. */
const common = `  --url URL                 the server, with its base path; default: STATEFUN_URL, else http://127.0.0.1:8080
  --token TOKEN             sent as Authorization: Bearer; default: STATEFUN_TOKEN, which other users do not see
  --http-header NAME=VALUE  a header of every request, for a proxy; can be repeated
  --json                    one JSON object per line`;

/** Of what changes something. */
const acting = `  --why TEXT                a reason, for the record of what was done
  --key KEY                 with the same key it is done once, even if repeated; default: a random one`;

const list = `  --limit N                 how many at most; default: 100
  --all                     all of them`;

const filter = `  --function FUNCTION       of a function, or of an egress
  --code CODE               with this code
  --reason TEXT             with this text in the reason
  --since 1h                failed within the last hour, or since a time like 2026-01-31T12:00:00Z
  --until 5m                failed more than 5 minutes ago, or before a time`;

const message = `MESSAGE is text for a string, JSON for JSON types and numbers, bytes for others; - reads standard input, @FILE a file.
  --type TYPE               of the message, for a function that takes several: string, int, demo/Login, …
  --header NAME=VALUE       a header of the message; can be repeated
  --key KEY                 with the same key it is one message, even if repeated; default: a random one`;

const letters = (verb: string): string => `statefun ${verb} ID… | --function FUNCTION … | --all
${filter}
  --all                     all dead letters
  --up-to ID                only letters up to this ID; default: the newest at the start
  --dry-run                 only counts
  --yes                     does not ask before more than one
${acting}`;

const instance = (verb: string): string => `statefun ${verb}\n${acting}`;

const timer = (verb: string): string => `statefun ${verb} NUMBER [FUNCTION] [ID]
FUNCTION and ID are of the instance that lists it: needed on Durable Objects.
${acting}`;

const exits = `Exit codes: 0 done, 1 refused or failed, 2 wrong arguments, 3 not reachable or outcome unknown, 4 nothing matched, 130
interrupted.`;

/** A line for each, as `statefun --help` has it, and all of it. */
type CommandHelp = readonly [name: string, summary: string, text: string];

const all: readonly CommandHelp[] = [
  [
    "ls",
    "lists functions, or the instances of one",
    `statefun ls [FUNCTION]
  --prefix PREFIX           ids that begin with it
  --troubled                those that do not go on, and why; without a FUNCTION of all functions
  --waiting                 those with waiting messages
  --paused                  those that an operator has paused
${list}`,
  ],
  [
    "show",
    "shows an instance: state, mailbox, timers, trouble",
    `statefun show FUNCTION ID\n${list}`,
  ],
  [
    "send",
    "sends a message",
    `statefun send FUNCTION ID MESSAGE
${message}
  --delay 5s                delivers it later: ms, s, m, h, d
Use call for a function that replies: a reply to send has no receiver, and its message becomes a dead letter.`,
  ],
  [
    "call",
    "sends a message and prints the reply",
    `statefun call FUNCTION ID MESSAGE
${message}
  --timeout 30s             how long it waits for the reply`,
  ],
  [
    "dead",
    "lists dead letters, oldest first",
    `statefun dead
${filter}
  --groups                  counts them by function, code and reason, at most 500 groups; not with --limit
${list}`,
  ],
  ["replay", "sends dead letters again", letters("replay")],
  ["discard", "deletes dead letters", letters("discard")],
  ["pause", "stops a function, or an instance: its messages wait", instance("pause FUNCTION [ID]")],
  ["resume", "ends a pause", instance("resume FUNCTION [ID]")],
  [
    "tail",
    "prints what changes, one line each, until Ctrl-C",
    `statefun tail
  --topic TOPIC,TOPIC       overview, functions, troubles, errors, dead-letters, egresses, endpoints, ingresses,
                            graph, windows, messages; default: overview`,
  ],
  [
    "skip",
    "makes the message at the head of a mailbox a dead letter",
    instance("skip FUNCTION ID NUMBER"),
  ],
  ["retry", "ends the wait before the next attempt", instance("retry FUNCTION ID")],
  ["cancel", "takes a timer back", timer("cancel")],
  ["fire", "lets a timer fire now", timer("fire")],
  [
    "state",
    "reads, writes or clears a state",
    `statefun state get FUNCTION ID NAME
statefun state set FUNCTION ID NAME VALUE   VALUE as MESSAGE of send
statefun state clear FUNCTION ID NAME
  --type TYPE               of the value; default: what the function declares
  --if-match ETAG           only if this value is there; default: the one that is there now
${acting}`,
  ],
  [
    "delete",
    "forgets the states of an instance",
    `${instance("delete FUNCTION ID")}
  --timers                  and takes its timers back`,
  ],
  [
    "completion",
    "prints a script that completes commands in a shell",
    `statefun completion bash | zsh | fish
For example in ~/.bashrc: source <(statefun completion bash)`,
  ],
];

/** What `statefun COMMAND --help` prints. */
export const operateHelp: readonly (readonly [name: string, text: string])[] = all.map(
  ([name, summary, text]) => [
    name,
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.\n\n${text}\n${common}\n\n${exits}`,
  ],
);

/** The part of `statefun --help`. */
export const operateSummary: string = [
  "For operators, of a running server; statefun COMMAND --help has more:",
  ...all.map(([name, summary]) => `  statefun ${name.padEnd(12)}${summary}`),
].join("\n");
