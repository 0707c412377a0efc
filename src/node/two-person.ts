import { ParleyError } from '../base/errors.ts';
import { Mutex } from '../base/mutex.ts';
import { kindOf } from '../document/registry.ts';
import { needsClearance } from '../document/two-person.ts';
import type { TwoPersonView } from '../projection/clearance-views.ts';
import type { Person } from '../verify/reader-state.ts';
import { type Hand, isSamePerson, personBehind } from './hands.ts';
import type { PartyNode } from './party-node.ts';
import { agreementText } from './statements.ts';

const COLLECTION = 'settings';
const KEY = 'two-person';

type Rule = {
  readonly kinds: readonly string[];
  readonly since?: number;
  readonly by?: string;
  readonly proposal?: { readonly kinds: readonly string[]; readonly by: Hand; readonly at: number };
};

/** Kinds one rule may name. */
const MAX_KINDS = 64;

/**
 * The two-person rule of a party (four eyes): kinds whose documents a second person clears before they are sent; `["*"]` is all, none is off.
 *
 * Local alone: the other side neither learns nor judges it. It is widened at once, and narrowed when a second person agrees: whoever administers the
 * node could otherwise turn it off, send, and turn it on.
 */
export class TwoPerson {
  readonly #node: PartyNode;
  /** Settings change, and gated documents go, one after another. */
  readonly mutex = new Mutex();

  constructor(node: PartyNode) {
    this.#node = node;
  }

  /** Kinds that need a clearance; empty where the rule is off. */
  async kinds(): Promise<readonly string[]> {
    return (await this.#rule()).kinds;
  }

  async view(): Promise<TwoPersonView> {
    const { kinds, since, by, proposal } = await this.#rule();
    return {
      kinds,
      ...(since === undefined ? {} : { since }),
      ...(by === undefined ? {} : { by }),
      ...(proposal === undefined ? {} : { proposal: { kinds: proposal.kinds, by: proposal.by.name, at: proposal.at } }),
    };
  }

  /** Sets the rule, or proposes to narrow it. Refuses `invalid` for what is not a list of kinds that people sign. */
  set(kinds: readonly string[], hand: Hand): Promise<TwoPersonView> {
    return this.mutex.run(async () => {
      const wanted = [...new Set(kinds)];
      const all = wanted.length === 1 && wanted[0] === '*';
      if (wanted.length > MAX_KINDS || !(all || wanted.every((kind) => kindOf(kind)?.signedBy === 'representative')))
        throw new ParleyError('invalid', 'kinds of documents that representatives sign, or * for all');
      const now = this.#node.parts.now();
      const rule = await this.#rule();
      const narrows = rule.kinds.some((kind) => !needsClearance(wanted, kind));
      if (narrows) await this.#put({ ...rule, proposal: { kinds: wanted, by: hand, at: now } });
      else if (wanted.every((kind) => rule.kinds.includes(kind))) await this.#put(without(rule));
      else await this.#put({ kinds: wanted, since: now, by: hand.name });
      return this.view();
    });
  }

  /** A second person agrees that the rule is narrowed as proposed. Refuses `not_found`, and `not_allowed` for the one who proposed it. */
  agree(hand: Hand, statement: Uint8Array | undefined): Promise<TwoPersonView> {
    return this.mutex.run(async () => {
      const { proposal } = await this.#rule();
      if (proposal === undefined) throw new ParleyError('not_found', 'nobody proposed to narrow the rule');
      const text = agreementText(this.#node.partyId, proposal.kinds, proposal.at);
      const person = await personBehind(this.#node.parts.crypto, { hand, text, statement }, await this.#everybody());
      if (isSamePerson(person, proposal.by) || (hand.user !== undefined && hand.user === proposal.by.user))
        throw new ParleyError('not_allowed', 'another person than the one who proposed it');
      await this.#put({ kinds: proposal.kinds, since: this.#node.parts.now(), by: `${proposal.by.name}, ${person.name}` });
      return this.view();
    });
  }

  /** Who is accredited in any channel; where somebody is in several, one in which they may act. */
  async #everybody(): Promise<ReadonlyMap<string, Person>> {
    const all = new Map<string, Person>();
    for (const channel of this.#node.channels) {
      const { people } = await channel.reader.state(channel.replica.us);
      for (const person of people.values()) if (all.get(person.actor)?.state !== 'accredited') all.set(person.actor, person);
    }
    return all;
  }

  async #rule(): Promise<Rule> {
    const json = await this.#node.store.getLocal(COLLECTION, KEY);
    return json === undefined ? { kinds: [] } : (JSON.parse(json) as Rule);
  }

  async #put(rule: Rule): Promise<void> {
    await this.#node.store.putLocal(COLLECTION, KEY, JSON.stringify(rule));
    for (const channel of this.#node.channels) this.#node.emit({ type: 'changed', channel: channel.id });
  }
}

function without({ proposal: _, ...rule }: Rule): Rule {
  return rule;
}
