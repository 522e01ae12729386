/** What a debugger is answered. */
interface Usage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/**
 * Bytes that the isolate of the Worker and its objects has in use, the bytes of arrays included, after its garbage was
 * collected. The platform ends an isolate that has more than 128 MB. `poke` is any request: an isolate that rests may not answer
 * a debugger.
 */
export async function heapBytes(inspector: URL, poke: () => Promise<unknown>): Promise<number> {
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
    for (let left = 600; left > 0 && answer === undefined; left--) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await poke();
    }
    if (answer === undefined) throw new Error(`${method} was not answered`);
    return answer.result;
  };
  try {
    // Without it a collection is never answered.
    await ask("HeapProfiler.enable");
    // What a collection finds is freed behind its back: the second one waits for that.
    await ask("HeapProfiler.collectGarbage");
    await ask("HeapProfiler.collectGarbage");
    // As the protocol says.
    const { usedSize, backingStorageSize } = (await ask("Runtime.getHeapUsage")) as Usage;
    return usedSize + backingStorageSize;
  } finally {
    socket.close();
  }
}
