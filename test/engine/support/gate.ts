/** Something that a handler waits for until the test lets it go on. */
export interface Gate {
  /** Counts who has come. */
  readonly arrivals: number;
  readonly pass: () => Promise<void>;
  /** For those who wait, and for all who come later. */
  readonly open: () => void;
}

export function createGate(): Gate {
  let arrivals = 0;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    get arrivals() {
      return arrivals;
    },
    pass() {
      arrivals++;
      return opened;
    },
    open: () => open(),
  };
}
