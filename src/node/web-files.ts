import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { FastifyReply } from 'fastify';
import { ParleyError } from '../base/errors.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};
const PAGE = '/index.html';
/** One file that anybody may open here, or keep; links within the screens lead to the same page without it. */
const VERIFIER = { address: '/verify', file: '/verifier.html' };

/** The built screens of `root`: its files by the address they have, or the page itself for any other, since the screens find their own way from there. */
export class WebFiles {
  readonly #root: string;
  #files: ReadonlyMap<string, string> | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** Sends the file of an address, or the page; refuses `not_found`. Only files that were there are named, so no address leads elsewhere. */
  async send(reply: FastifyReply, url: string): Promise<FastifyReply> {
    const path = url.split(/[?#]/)[0] ?? '/';
    const verifier = path === VERIFIER.address ? await this.#read(VERIFIER.file) : undefined;
    // The page brings its own policy, narrower than any of ours; only what a page cannot say of itself is added.
    if (verifier !== undefined)
      return reply
        .header('content-security-policy', "frame-ancestors 'none'")
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(verifier);
    const type = TYPES[extname(path)];
    if (type === undefined || path === PAGE) return this.#sendPage(reply);
    const bytes = await this.#read(path);
    if (bytes === undefined) throw new ParleyError('not_found', 'no such file');
    // Names under /assets/ change with their content.
    reply.header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    return reply.type(type).send(bytes);
  }

  async #sendPage(reply: FastifyReply): Promise<FastifyReply> {
    const page = await this.#read(PAGE);
    if (page === undefined) throw new ParleyError('not_found', 'the screens are not built here; the command line works all the same');
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page.toString('utf8').replaceAll('__NONCE__', nonce));
  }

  /** The bytes of a file, looked up once more in the folder where it is not known: the screens may have been built anew. */
  async #read(path: string): Promise<Buffer | undefined> {
    for (const fresh of [false, true]) {
      if (fresh || this.#files === undefined) this.#files = await listFiles(this.#root);
      const file = this.#files.get(path);
      const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  }
}

/** What a page of ours may do: run our own scripts, and nothing else. */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

async function listFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return new Map(
    names
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [
          file
            .slice(root.replace(/[/\\]$/, '').length)
            .split(sep)
            .join('/'),
          file,
        ] as const;
      }),
  );
}
