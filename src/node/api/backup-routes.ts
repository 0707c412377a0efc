import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ParleyError } from '../../base/errors.ts';
import { backupParts } from '../backup.ts';
import { type Api, addRoute } from './api.ts';

/** The whole directory in one file, for whoever runs this machine: it holds the node's secrets, and so goes to nobody who merely signed in. */
export function backupRoutes(app: FastifyInstance, api: Api): void {
  addRoute(app, api, {
    method: 'GET',
    url: '/api/backup',
    who: 'admin',
    summary: 'A backup of this party as one file; for the operator of the machine alone.',
    run: async ({ caller, reply }) => {
      if (caller.kind !== 'operator') throw new ParleyError('not_allowed', 'the operator of this machine does this, with "parley backup"');
      if (api.dir === undefined) throw new ParleyError('not_found', 'this node has no directory');
      const { store, name, parts } = api.node;
      const { sha256 } = parts.crypto;
      const made = backupParts({ dir: api.dir, store, sha256, facts: { name, madeAt: parts.now() }, random: parts.random });
      return reply.type('application/octet-stream').send(Readable.from(made, { objectMode: false }));
    },
  });
}
