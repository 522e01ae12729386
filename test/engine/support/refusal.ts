/** How something was refused: at once, or by a rejection. */
export async function refusal(
  work: Promise<unknown> | (() => unknown),
): Promise<{ code: unknown; text: string }> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return { code: Object(error).code, text: Object(error).message };
  }
  throw new Error("it was not refused");
}
