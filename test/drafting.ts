/** Documents handed to a party's own node as its people do, signed already: what its door refuses is told. */
import { toBase64 } from '../src/base/bytes.ts';
import type { SignedEntry } from '../src/entry/entry.ts';
import type { PeopleApp } from '../src/node/people-door.ts';
import type { Representative, Saying, TwoParties } from './two-parties.ts';

/** Hands signed bytes to a door and gives its answer. */
export async function handIn(door: PeopleApp, channel: string, { bytes, body }: SignedEntry) {
  const answer = await door.app.inject({
    method: 'POST',
    url: `/api/channels/${channel}/entries`,
    headers: { host: 'localhost:8080', authorization: `Bearer ${door.operatorToken}` },
    payload: { entry: toBase64(bytes), body: toBase64(body) },
  });
  return { status: answer.statusCode, ...answer.json<{ id?: string; code?: string; detail?: string }>() };
}

/** Signs a document as its representative and hands it in: its id where it was sent, else `code: sentence`. */
export async function drafted(two: TwoParties, door: PeopleApp, who: Representative, { kind, fields, refs = [] }: Saying): Promise<string> {
  const signed = await two.sign(who, { kind, fields: { marking: 'green', ...fields }, refs });
  const { id, code, detail } = await handIn(door, two.channel, signed);
  return id ?? `${code}: ${detail}`;
}
