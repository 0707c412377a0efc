import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE_NAME } from '../../src/store/sqlite.ts';
import { mixedChannel } from '../parley/mixed.ts';
import { startNode } from '../parley/two-nodes.ts';
import { median } from './parts.ts';
import type { Workload } from './workload.ts';

const TIMES = 20;

/** What a node measured; see `openInbox` there. */
type Opened = { readonly first: number; readonly each: readonly number[]; readonly placed: number; readonly size: number };

/**
 * The inbox of a channel with a mixed record, each time after something changed, so that nothing computed before may be used; median.
 *
 * Its floor is the time to read the open matters from the same file and parse them, measured bare in the same run.
 */
export const inbox: Workload = {
  name: 'inbox',
  unit: 'ms',
  asked: 50,
  floor: () => null,
  peer: undefined,
  async run({ folder, records }) {
    const { channel, dirs } = await mixedChannel(folder, records);
    const node = startNode(dirs[0]);
    let opened: Opened;
    try {
      opened = await node.ask<Opened>({ do: 'inbox', channel, times: TIMES });
    } finally {
      await node.ask({ do: 'close' }).catch(() => process.kill(node.pid));
    }
    if (opened.size < records || opened.placed === 0) throw new Error(`${opened.placed} things in the inbox of ${opened.size} entries`);
    return {
      value: median(opened.each),
      floor: readBare(join(dirs[0], DATABASE_NAME)),
      beside: [
        { name: 'inbox/first', value: opened.first, unit: 'ms' },
        { name: 'inbox/things', value: opened.placed, unit: 'things' },
      ],
    };
  },
};

function readBare(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const open = db.prepare(`SELECT act.text FROM matter INDEXED BY matter_open CROSS JOIN act ON act.matter = matter.no WHERE matter.open = 1`);
    const times = Array.from({ length: TIMES }, () => {
      const started = performance.now();
      for (const row of open.all()) JSON.parse(String(row.text));
      return performance.now() - started;
    });
    return median(times);
  } finally {
    db.close();
  }
}
