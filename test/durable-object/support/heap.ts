/** What a debugger is answered. */
interface Usage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/**
 * Bytes that the isolate of the Worker and its objects has in use, the bytes of arrays included, after its garbage was
 * collected. The platform ends an isolate that has more than 128 MB. `poke` is any request: an isolate that rests may not answer
 * a debugger. One in many sessions is never answered, whatever is asked, and the next one is.
 */
export async function heapBytes(inspector: URL, poke: () => Promise<unknown>): Promise<number> {
  for (let left = 5; left > 0; left--) {
    const bytes = await askedIn(inspector, poke);
    if (bytes !== undefined) return bytes;
  }
  throw new Error(`none of five sessions of ${inspector} was answered`);
}

/** The same in one session; undefined: it was not answered. */
async function askedIn(inspector: URL, poke: () => Promise<unknown>): Promise<number | undefined> {
  const socket = new WebSocket(`ws://${inspector.host}/core:user:`);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`${inspector} does not answer`));
  });
  let last = 0;
  const ask = async (method: string): Promise<unknown> => {
    let answer: { readonly result: unknown } | undefined;
    waiting.set(++last, (result) => {
      answer = { result };
    });
    socket.send(JSON.stringify({ id: last, method }));
    for (let left = 200; left > 0 && answer === undefined; left--) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await poke();
    }
    return answer?.result;
  };
  try {
    // Without it a collection is never answered.
    if ((await ask("HeapProfiler.enable")) === undefined) return undefined;
    // What a collection finds is freed behind its back: the second one waits for that.
    await ask("HeapProfiler.collectGarbage");
    await ask("HeapProfiler.collectGarbage");
    // As the protocol says.
    const usage = (await ask("Runtime.getHeapUsage")) as Usage | undefined;
    return usage && usage.usedSize + usage.backingStorageSize;
  } finally {
    socket.close();
  }
}
