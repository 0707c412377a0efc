/** One of the processes that `lanes.ts` keeps: runs the test files it is told of, one after the other, and tells how each ended. */
import { once } from 'node:events';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

/** How a file ended: what to print of it, what to print again at the end, and how many tests came to what. */
export type Played = {
  readonly ok: boolean;
  readonly text: string;
  readonly failures: string;
  readonly counts: Readonly<Record<string, number>>;
};

/** The figures of one file, which are added up elsewhere. */
const FIGURE = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

let isBusy = false;
process.on('message', (path) => void take(String(path)));
process.on('disconnect', () => {
  if (isBusy) process.exit(1);
});

async function take(path: string): Promise<void> {
  isBusy = true;
  // The runner holds a file to be done once nothing is left that could still happen: the channel must not count.
  process.channel?.unref();
  const played = await play(path);
  process.channel?.ref();
  isBusy = false;
  process.send?.(played);
}

/** Every run has a root of its own: what a file does before and after its tests is done before and after its own alone. */
async function play(path: string): Promise<Played> {
  const reporter = new spec();
  let [ok, text]: [boolean, string] = [true, ''];
  let counts: Played['counts'] = {};
  // Node looks whether anything is left only after something has happened.
  setImmediate(() => undefined);
  for await (const { type, data } of run({ files: [path], isolation: 'none' })) {
    // A hook that fails fails no test, and is not in the summary.
    if (type === 'test:fail' && data.todo === undefined) ok = false;
    if (type === 'test:summary') {
      ok &&= data.success;
      counts = data.counts;
    } else if (type !== 'test:diagnostic' || !FIGURE.test(data.message)) {
      reporter.write({ type, data });
      text += String(reporter.read() ?? '');
    }
  }
  reporter.end();
  await once(reporter, 'finish');
  const failures = String(reporter.read() ?? '').replace(/^\n.*failing tests:.*\n/, '');
  // Set by what fails outside of any test: it is this file's, and not the next one's.
  ok &&= process.exitCode === undefined && 'tests' in counts;
  process.exitCode = undefined;
  try {
    // The runner looks away from a file that fails as it is loaded where it had made tests before; asked again, it fails again.
    await import(pathToFileURL(path).href);
  } catch (error) {
    const told = `${path} could not be loaded: ${inspect(error)}\n`;
    return { ok: false, text: `${text}✖ ${told}`, failures: `${failures}\n${told}`, counts };
  }
  return { ok, text, failures, counts };
}
