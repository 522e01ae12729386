/**
 * What rows there are, by the number in their column `kind`. Each has its record as `data`, and beside it what rows are
 * looked for by: a time as `at`, a number as `number`.
 *
 * | kind | key | at | number |
 * |---|---|---|---|
 * | progress | nothing: there is one, and it has the head (rows/head-row.ts) | the oldest version that may use this | the version of the schema |
 * | message | its number | | |
 * | outbox | its link and number: of the last one where several share a row | | then the first one that is not acknowledged |
 * | egress | its egress and number: to be delivered | | |
 * | timer | its number | when it is due | a hash of its owner |
 * | expiring | address and name of a state that expires | when it does | its cell |
 * | accepted | target and key | when it expires | the number of the message |
 * | kept | its egress and number: for reading | when it expires | |
 * | linkIn | its name | when it was last heard of | |
 * | linkOut | its name | its epoch | |
 * | state | address and name of one that stays | | its cell |
 * | dead | its number | | a hash of its function or egress |
 * | position | the source | | |
 * | reported | nothing: there is one, which says what a directory knows of this object | | |
 * | damaged | kind and key of a row that cannot be read | as it was | as it was |
 * | paused | 1 and a function, or 0, a function and an id | | |
 * | token | owner and token of a timer | | the number of the timer |
 * | call | the id of a call | | |
 * | part | kind, key and number of a piece of what is too long | | |
 *
 * Every row but that of the progress may stand packed in the head; its kind does not say where it stands (rows/object-rows.ts).
 *
 * A record is one row, except that messages of an outbox share some (object-outbox.ts), and that a token and a call are
 * rows of their own: they are looked for among any number of others. Everything else that is read is a range of keys, or is found among few.
 */
export const progress = 0;

/** As long as there is one of these, something is left to do. */
export const message = 1;
export const outbox = 2;
export const egress = 3;

/** These have a time. */
export const timer = 4;
export const expiring = 5;
export const accepted = 6;
export const kept = 7;
export const linkIn = 8;
export const linkOut = 9;

/** These are kept for ever, unless an operator deletes them. Code that does not know one of 21 to 23 keeps the object for it. */
export const state = 16;
export const dead = 17;
export const position = 18;
/** Rows that could not be read, of any kind. */
export const damaged = 19;
export const paused = 20;

/** Not in the way of forgetting: an object that goes reports that to the directory. */
export const reported = 21;

export const token = 24;
export const call = 25;
export const part = 32;
