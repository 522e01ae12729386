/** What `work` gives for each item, in their order, with so many of them at work or waiting to be taken. */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const begun: Promise<R>[] = [];
  const begin = (item: T): void => {
    const one = work(item);
    // It is heard of when it is its turn.
    one.catch(() => {});
    begun.push(one);
  };
  for (const item of items) {
    begin(item);
    const [first] = begun;
    if (begun.length < atOnce || first === undefined) continue;
    begun.shift();
    yield await first;
  }
  for (const one of begun) yield await one;
}
