/** Microseconds of one call: rounds of at least 60 ms, and of five rounds the one in the middle. */
export async function perCall(call: () => unknown, times = 1): Promise<number> {
  const round = async (): Promise<number> => {
    const started = performance.now();
    let done = 0;
    do {
      for (let i = 0; i < times; i++) {
        const result = call();
        if (result instanceof Promise) await result;
      }
      done += times;
    } while (performance.now() - started < 60);
    return ((performance.now() - started) * 1000) / done;
  };
  const rounds: number[] = [];
  for (let i = 0; i < 5; i++) rounds.push(await round());
  return rounds.sort((a, b) => a - b)[2] ?? Number.NaN;
}
