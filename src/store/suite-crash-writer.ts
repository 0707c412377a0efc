import { openSqliteStore } from './sqlite.ts';
import { append, createLog, sha256, texts } from './suite-fixtures.ts';

// A process that writes until it is killed, for `sqlite-crash.test.ts`: one line on standard output per commit acknowledged.
const [, , dir = '', mode = ''] = process.argv;

// A file limit then gives an error on writing (EFBIG) instead of ending the process.
process.on('SIGXFSZ', () => {});
const say = (line: string) => process.stdout.write(`${line}\n`);
const nameOf = (error: unknown) => `${(error as Error).name} ${(error as { code?: string }).code ?? ''}`.trim();

const store = await openSqliteStore({ dir, sha256 }).catch((error: unknown) => void say(nameOf(error)));
if (store !== undefined && mode === 'open') say('opened');
else if (store !== undefined) {
  const origin = await createLog(store);
  try {
    for (;;) {
      const size = (await store.log(origin))?.pendingSize ?? 0;
      await append(store, origin, texts(size, size + 1 + (size % 7)));
      say(`${(await store.log(origin))?.size}`);
    }
  } catch (error) {
    say(nameOf(error));
    await store.log(origin).catch((again: unknown) => say(`again ${nameOf(again)}`));
  }
}
