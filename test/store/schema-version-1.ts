/**
 * A database as code of version 1 left it: what it created, frozen here, and a row or two in every table. Never changed, whatever
 * becomes of the tables: files of users look like this.
 */
export const schemaVersion1 = `
CREATE TABLE statefun (schema INTEGER NOT NULL, readable_by INTEGER NOT NULL);
INSERT INTO statefun VALUES (1, 1);
CREATE TABLE progress (
  sequence INTEGER NOT NULL, opener TEXT NOT NULL, opened_at INTEGER NOT NULL, time INTEGER NOT NULL,
  last_number INTEGER NOT NULL, last_cell INTEGER NOT NULL, identity TEXT, is_clean INTEGER NOT NULL);
INSERT INTO progress VALUES (7, 'opener', 3, 70, 40, 2, 'i', 0);
CREATE TABLE cells (
  cell INTEGER PRIMARY KEY, typename TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL);
CREATE UNIQUE INDEX cells_state ON cells (typename, id, name);
CREATE TABLE states (
  cell INTEGER PRIMARY KEY, type INTEGER NOT NULL, value BLOB, headers BLOB, split INTEGER,
  expires_at INTEGER);
CREATE INDEX states_expiry ON states (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE types (type INTEGER PRIMARY KEY, typename TEXT NOT NULL UNIQUE);
INSERT INTO types VALUES (1, 'demo/Text');
INSERT INTO cells VALUES (1, 'demo/fn', 'a', 's');
INSERT INTO states VALUES (1, 1, x'78', x'000000016bffffffff', NULL, 90);
INSERT INTO cells VALUES (2, 'demo/fn', 'a', 'split');
INSERT INTO states VALUES (2, 1, x'', NULL, 0, NULL);
CREATE TABLE messages (
  number INTEGER PRIMARY KEY, typename TEXT NOT NULL, id TEXT NOT NULL, caller_typename TEXT,
  caller_id TEXT, type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER,
  attempts INTEGER NOT NULL, crashes INTEGER NOT NULL);
INSERT INTO messages VALUES
  (11, 'demo/fn', 'a', 'demo/caller', 'b', 'demo/Text', x'78', NULL, NULL, 2, 1);
CREATE TABLE timers (
  number INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, owner TEXT, token TEXT,
  typename TEXT NOT NULL, id TEXT NOT NULL, caller_typename TEXT, caller_id TEXT,
  type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER);
CREATE INDEX timers_due ON timers (due_at);
CREATE UNIQUE INDEX timers_owner ON timers (owner, token) WHERE owner IS NOT NULL;
INSERT INTO timers VALUES
  (12, 80, 'o', 't', 'demo/fn', 'a', NULL, NULL, 'demo/Text', x'78', NULL, NULL);
CREATE TABLE egress (
  number INTEGER PRIMARY KEY, egress TEXT NOT NULL, typename TEXT NOT NULL, id TEXT NOT NULL,
  type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER);
CREATE INDEX egress_name ON egress (egress);
INSERT INTO egress VALUES (13, 'demo/out', 'demo/fn', 'a', 'demo/Text', NULL, NULL, NULL);
CREATE TABLE kept (
  number INTEGER PRIMARY KEY, egress TEXT NOT NULL, typename TEXT NOT NULL, id TEXT NOT NULL,
  type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER, expires_at INTEGER NOT NULL);
CREATE INDEX kept_name ON kept (egress);
CREATE INDEX kept_expiry ON kept (expires_at);
INSERT INTO kept VALUES (14, 'demo/out', 'demo/fn', 'a', 'demo/Text', x'', NULL, NULL, 99);
CREATE TABLE dead (
  number INTEGER PRIMARY KEY, typename TEXT NOT NULL, id TEXT NOT NULL, caller_typename TEXT,
  caller_id TEXT, type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER,
  code TEXT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL, failed_at INTEGER NOT NULL,
  egress TEXT);
CREATE INDEX dead_subject ON dead (ifnull(egress, typename));
INSERT INTO dead VALUES
  (15, 'demo/fn', 'a', NULL, NULL, 'demo/Text', x'78', NULL, NULL, 'c', 'r', 8, 5, 'e');
CREATE TABLE accepted (
  number INTEGER PRIMARY KEY, typename TEXT NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL,
  digest TEXT NOT NULL, call TEXT, expires_at INTEGER NOT NULL, outcome TEXT,
  type TEXT, value BLOB, headers BLOB, split INTEGER, code TEXT, reason TEXT);
CREATE UNIQUE INDEX accepted_key ON accepted (typename, id, key);
CREATE UNIQUE INDEX accepted_call ON accepted (call) WHERE call IS NOT NULL;
CREATE INDEX accepted_expiry ON accepted (expires_at);
INSERT INTO accepted VALUES
  (16, 'demo/fn', 'a', 'key', 'd', 'call', 99, 'error', NULL, NULL, NULL, NULL, 'c', 'r');
CREATE TABLE positions (source TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO positions VALUES ('topic', '5');
CREATE TABLE outbox (
  link TEXT NOT NULL, number INTEGER NOT NULL, typename TEXT NOT NULL, id TEXT NOT NULL,
  caller_typename TEXT, caller_id TEXT, type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER,
  PRIMARY KEY (link, number)) WITHOUT ROWID;
INSERT INTO outbox VALUES ('l', 1, 'demo/fn', 'far', 'demo/fn', 'a', 'demo/Text', x'78', NULL, NULL);
CREATE TABLE links_out (
  link TEXT PRIMARY KEY, epoch INTEGER NOT NULL, base INTEGER NOT NULL,
  last INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO links_out VALUES ('l', 4, 0, 1);
CREATE TABLE links_in (
  link TEXT PRIMARY KEY, epoch INTEGER NOT NULL, last INTEGER NOT NULL,
  seen_at INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO links_in VALUES ('l', 5, 6, 60);
CREATE TABLE parts (
  owner TEXT NOT NULL, link TEXT NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL,
  bytes BLOB NOT NULL, PRIMARY KEY (owner, link, number, part)) WITHOUT ROWID;
INSERT INTO parts VALUES ('cells', '', 2, 0, x'616263'), ('cells', '', 2, 1, x'646566');
`;
