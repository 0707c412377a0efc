/** Makes the verifier: `verify-worker.js`, the check alone, and `verifier.html`, one file that holds it, the page around it, style and type. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, type Rolldown } from 'vite';

const WORKER = fileURLToPath(new URL('./src/web/verify-worker.ts', import.meta.url));

/** Builds both into `out` from the sources in `web`. The page fetches nothing, and its own policy would not let it. */
export async function buildVerifier(web: string, out: string): Promise<void> {
  const worker = codeOf(await bundle(web, WORKER, 'iife'));
  writeFileSync(join(out, 'verify-worker.js'), worker);
  const page = await bundle(web, join(web, 'verifier.html'), 'es');
  writeFileSync(join(out, 'verifier.html'), assemble(readFileSync(join(web, 'verifier.html'), 'utf8'), worker, codeOf(page), styleOf(page)));
}

type Output = Rolldown.RolldownOutput['output'];

async function bundle(web: string, input: string, format: 'es' | 'iife'): Promise<Output> {
  const made = await build({
    root: web,
    base: './',
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    publicDir: false,
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      cssCodeSplit: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input, output: { format, codeSplitting: false } },
    },
  });
  if (!('output' in made)) throw new Error('bug: one build has one output');
  return made.output;
}

function codeOf(output: Output): string {
  const [chunk, ...more] = output.filter((one) => one.type === 'chunk');
  if (chunk === undefined || more.length > 0) throw new Error('expected one script');
  // Inside a page a script ends where these stand, whatever they mean to it.
  return chunk.code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function styleOf(output: Output): string {
  const sheets = output.flatMap((one) => (one.type === 'asset' && one.fileName.endsWith('.css') ? [String(one.source)] : []));
  // The type's older form is for browsers that lack what the check needs anyway.
  return sheets.join('\n').replaceAll(/,\s*url\([^)]*\)\s*format\(["']?woff["']?\)/g, '');
}

function assemble(page: string, worker: string, script: string, style: string): string {
  const policy = [
    "default-src 'none'",
    `script-src ${[worker, script].map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    'font-src data:',
    'img-src data:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const scripts = `<script id="verify-worker">${worker}</script>\n    <script type="module">${script}</script>`;
  return page
    .replace('<meta charset="utf-8">', (found) => `${found}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace('  </head>', () => `    <style>${style}</style>\n  </head>`)
    .replace(/<script type="module" src="[^"]*"><\/script>/, () => scripts);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
