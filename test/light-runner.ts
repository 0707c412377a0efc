/**
 * Loaded before every test: Node's test runner follows each promise that is made, to name the test that an error nobody caught belongs to, and that takes
 * up to a third of a test's time. Such an error fails the run as before; it is told with its stack instead of under a test's name.
 */
import hooks from 'node:async_hooks';
import process from 'node:process';

const { createHook } = hooks;
// The runner takes it from here when it is loaded, which is after this.
hooks.createHook = (callbacks) => createHook({ ...callbacks, trackPromises: false });

process.on('unhandledRejection', (reason) => {
  process.exitCode = 1;
  process.stderr.write(`nobody caught: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
});
