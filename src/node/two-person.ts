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
  readonly proposal?: Proposal;
};

/** A narrower rule; `agreed`: the first of two who agree, where whoever proposed it is not one of them. */
type Proposal = { readonly kinds: readonly string[]; readonly by: Hand; readonly at: number; readonly agreed?: Hand };

/** Kinds one rule may name. */
const MAX_KINDS = 64;

/**
 * The two-person rule of a party (four eyes): kinds whose documents a second person clears before they are sent; `["*"]` is all, none is off.
 *
 * Local alone: the other side neither learns nor judges it. It is widened at once, and narrowed when two people stand behind it whom the party accredited for
 * all kinds that it takes out: whoever administers the node could otherwise turn it off, send, and turn it on.
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
      ...(proposal === undefined ? {} : { proposal: viewOf(proposal) }),
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

  /**
   * Somebody agrees that the rule is narrowed as proposed; it is once two people do, who proposed it among them. Refuses `not_found`, `not_allowed` for one of
   * them a second time, `out_of_scope` for whoever may not sign the kinds that it takes out, and as `personBehind`.
   */
  agree(hand: Hand, statement: Uint8Array | undefined): Promise<TwoPersonView> {
    return this.mutex.run(async () => {
      const rule = await this.#rule();
      const { proposal } = rule;
      if (proposal === undefined) throw new ParleyError('not_found', 'nobody proposed to narrow the rule');
      const out = rule.kinds.filter((kind) => !needsClearance(proposal.kinds, kind));
      const people = await this.#everybody(out);
      const text = agreementText(this.#node.partyId, proposal.kinds, proposal.at);
      const person = await personBehind(this.#node.parts.crypto, { hand, text, statement }, people);
      const { agreed, by, kinds, at } = proposal;
      const isOne = (one: Hand): boolean => isSamePerson(person, one) || (hand.user !== undefined && hand.user === one.user);
      if (isOne(by) || (agreed !== undefined && isOne(agreed)))
        throw new ParleyError('not_allowed', 'another person than the one who proposed it, or agreed to it already');
      if (!mayLetGo(person, out)) throw new ParleyError('out_of_scope', `${person.name} may not sign all that the rule no longer asks two for`);
      // Whoever operates the machine is nobody in particular, and an administrator need not be accredited.
      const first = [people.get(by.actor ?? ''), people.get(agreed?.actor ?? '')].find((one) => one !== undefined && mayLetGo(one, out));
      if (first === undefined) {
        const me = { name: person.name, actor: person.actor, ...(hand.user === undefined || statement !== undefined ? {} : { user: hand.user }) };
        await this.#put({ ...rule, proposal: { kinds, by, at, agreed: me } });
      } else await this.#put({ kinds, since: this.#node.parts.now(), by: `${first.name}, ${person.name}` });
      return this.view();
    });
  }

  /** Who is accredited in any channel; where somebody is in several, one in which they may sign these kinds, else one in which they may act. */
  async #everybody(kinds: readonly string[]): Promise<ReadonlyMap<string, Person>> {
    const all = new Map<string, Person>();
    const rank = (person: Person | undefined): number => (person?.state !== 'accredited' ? 0 : mayLetGo(person, kinds) ? 2 : 1);
    for (const channel of this.#node.channels) {
      const { people } = await channel.reader.state(channel.replica.us);
      for (const person of people.values()) {
        const known = all.get(person.actor);
        if (known === undefined || rank(person) > rank(known)) all.set(person.actor, person);
      }
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

function viewOf({ kinds, by, at, agreed }: Proposal): NonNullable<TwoPersonView['proposal']> {
  return { kinds, by: by.name, at, ...(agreed === undefined ? {} : { agreed: agreed.name }) };
}

/** Whether somebody may decide that one person alone says these kinds: a person who may sign all of them. */
function mayLetGo({ state, automatic, kinds }: Person, out: readonly string[]): boolean {
  return state === 'accredited' && !automatic && (kinds.includes('*') || out.every((kind) => kinds.includes(kind)));
}

function without({ proposal: _, ...rule }: Rule): Rule {
  return rule;
}
