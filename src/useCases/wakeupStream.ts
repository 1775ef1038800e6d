/** Owns turning wake-up calls into something to wait on; calls while nobody waits count once. */

/** A stream that gives one value after each wake-up and ends with the signal or when its reader leaves. */
export function wakeupStream(
  subscribe: (wake: () => void) => () => void,
  signal?: AbortSignal,
): AsyncIterableIterator<void> {
  let woken = false;
  let left = false;
  let resume: (() => void) | undefined;
  const unsubscribe = subscribe(() => {
    woken = true;
    resume?.();
  });
  const leave = (): void => {
    left = true;
    signal?.removeEventListener('abort', leave);
    unsubscribe();
    resume?.();
  };
  if (signal?.aborted) leave();
  else signal?.addEventListener('abort', leave, { once: true });
  const stream: AsyncIterableIterator<void> = {
    [Symbol.asyncIterator]: () => stream,
    next: async () => {
      if (!woken && !left) {
        const waited = Promise.withResolvers<void>();
        resume = waited.resolve;
        await waited.promise;
        resume = undefined;
      }
      woken = false;
      return left ? { done: true, value: undefined } : { done: false, value: undefined };
    },
    return: async () => {
      leave();
      return { done: true, value: undefined };
    },
  };
  return stream;
}
