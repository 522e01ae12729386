export const topicRule = "1 to 249 of the characters a-z A-Z 0-9 . _ -";

/** The rule of the brokers. */
export function isTopic(topic: unknown): topic is string {
  return typeof topic === "string" && /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/.test(topic);
}
