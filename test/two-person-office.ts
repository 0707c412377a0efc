/** Party A's door with people at it, for tests of the two-person rule: what each of them asks, clears and sends. Its members are bound. */
import assert from 'node:assert/strict';
import { toBase64 } from '../src/base/bytes.ts';
import type { JsonObject } from '../src/base/json.ts';
import { type EntrySigner, prepareEntry, signEntry, type UnsignedEntry } from '../src/entry/entry.ts';
import { keyMembers } from '../src/entry/signing-key.ts';
import { nodeRandom, nodeSha256 } from '../src/node/crypto.ts';
import { type PeopleApp, peopleApp } from '../src/node/people-door.ts';
import { appendAsNode, citedHeads } from '../src/node/stamps.ts';
import type { ClearanceDetail, TwoPersonView } from '../src/projection/clearance-views.ts';
import { ORIGIN, type Person } from './signed-in.ts';
import { TwoParties } from './two-parties.ts';

type Method = 'GET' | 'POST';
type Who = Person | 'operator';

export class Office {
  readonly two: TwoParties;
  readonly door: PeopleApp;

  private constructor(two: TwoParties, door: PeopleApp) {
    this.two = two;
    this.door = door;
  }

  static async open(): Promise<Office> {
    const two = await TwoParties.found();
    return new Office(two, await peopleApp(two.a.node));
  }

  async close(): Promise<void> {
    await this.door.app.close();
    await this.two.close();
  }

  /** A path of the channel. */
  readonly at = (rest = ''): string => {
    return `/api/channels/${this.two.channel}${rest}`;
  };

  readonly call = async (method: Method, url: string, as: Who, body?: unknown) => {
    const auth: Record<string, string> =
      as === 'operator' ? { authorization: `Bearer ${this.door.operatorToken}` } : { origin: ORIGIN, cookie: as.cookie };
    const payload = body === undefined ? {} : { payload: body as object };
    return this.door.app.inject({ method, url, headers: { host: 'localhost:8080', ...auth }, ...payload });
  };

  readonly ok = async <T>(method: Method, url: string, as: Who, body?: unknown): Promise<T> => {
    const answer = await this.call(method, url, as, body);
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<T>();
  };

  /** The code of a refusal. */
  readonly refused = async (method: Method, url: string, as: Who, body?: unknown): Promise<string> => {
    const answer = await this.call(method, url, as, body);
    assert.ok(answer.statusCode >= 400, answer.body);
    return answer.json<{ code: string }>().code;
  };

  /** Accredits somebody, for everything unless told otherwise; the id of the act. */
  readonly accredit = async (person: { name: string; actor: string; signer: EntrySigner }, scope: JsonObject = {}): Promise<string> => {
    const whole = { kinds: ['*'], marking: 'red', may_recall: true, automatic: false, ...scope };
    const members = keyMembers(person.signer.publicKey);
    const act = { act: 'accredit', actor: person.actor, ...members, name: person.name, post: 'Officer', scope: whole, effective_at: null };
    return this.identity(act);
  };

  /** An act of party A's identity about its people. */
  readonly identity = async (act: JsonObject, refs: readonly string[] = []): Promise<string> => {
    const note = new TextDecoder().decode(await this.two.identityNote(this.two.a, act));
    return (await appendAsNode(this.two.of(this.two.a), 'identity', refs, [['note', note]])).id;
  };

  /** What somebody is going to sign: a message, or a request for information. */
  readonly prepare = async (person: { signer: EntrySigner }, subject: string, kind = 'message', marking = 'green'): Promise<UnsignedEntry> => {
    const channel = this.two.of(this.two.a);
    const gen = channel.replica.channel.parties[0]?.gen ?? '';
    const fields = kind === 'message' ? { subject, text: 'Said.' } : { request_type: 'information', subject, text: 'Please.' };
    const after = await citedHeads(channel);
    const said = { type: kind, time: this.two.now(), after, refs: [], fields: Object.entries({ ...fields, marking }) };
    return prepareEntry(nodeSha256, nodeRandom, { channel: this.two.channel, party: 0, gen, ...said }, person.signer.publicKey);
  };

  readonly ask = async (person: Who, unsigned: UnsignedEntry): Promise<ClearanceDetail> => {
    return this.ok('POST', this.at('/clearances'), person, { text: unsigned.text, body: toBase64(unsigned.body) });
  };

  readonly clear = (person: Who, { id }: { id: string }, body: object = {}) => {
    return this.call('POST', this.at(`/clearances/${id}/clear`), person, body);
  };

  /** Signs and posts; the id where it was placed, else the code of the refusal. */
  readonly send = async (person: { signer: EntrySigner }, unsigned: UnsignedEntry, as: Who = 'operator'): Promise<string> => {
    const signed = await signEntry(nodeSha256, unsigned, person.signer, 'rep');
    const answer = await this.call('POST', this.at('/entries'), as, { entry: toBase64(signed.bytes), body: toBase64(signed.body) });
    const { id, code } = answer.json<{ id?: string; code?: string }>();
    return id ?? code ?? '';
  };

  readonly rule = (kinds: readonly string[], as: Who): Promise<TwoPersonView> => {
    return this.ok('POST', '/api/settings/two-person', as, { kinds });
  };
}
