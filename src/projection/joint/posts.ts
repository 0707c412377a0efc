import { unwantedIn } from './mission.ts';
import { choiceIn, latestByParty, present, type Reading, type Said, said, standingAnswers, textIn, wholeIn } from './reading.ts';

/** One act of a party about its representative, in log order; instants in seconds. */
export type PostAct = {
  readonly act: 'accredit' | 'recall' | 'return' | 'end';
  readonly entry: string;
  readonly time: number;
  readonly effectiveAt?: number;
};

/** A representative with their acts, and the matter of their accreditation. */
export type PostHolder = {
  readonly party: number;
  readonly name: string;
  readonly post: string;
  readonly acts: readonly PostAct[];
  readonly reading: Reading;
};

/** How somebody stood at their post. `accredited`: credentials are not presented yet; `in_function`: they are. */
export type PostState = 'accredited' | 'in_function' | 'recalled';

/** A stretch of a mission; without `to` it goes on. */
export type PostStretch = { readonly state: PostState; readonly from: number; readonly to?: number };

/** One person at a post, and what the other parties say beside them. */
export type Holder = {
  readonly name: string;
  readonly matter: string;
  readonly stretches: readonly PostStretch[];
  readonly credentials: readonly (Said & { readonly step: 'copy-given' | 'presented'; readonly at: number })[];
  readonly agrement?: Said & { readonly value: string };
  readonly nonGrata?: Said & { readonly leaveBy?: number };
  /** The other side no longer recognises them. */
  readonly unrecognised?: Said;
  /** Who heads the mission meanwhile; the name is in the words of that document. */
  readonly charges: readonly (Said & { readonly from: number; readonly until?: number })[];
};

/** Who was at one post of a party, when. */
export type PostStrip = { readonly party: number; readonly post: string; readonly holders: readonly Holder[] };

/** All posts, and those of one name on two sides. */
export type Posts = { readonly posts: readonly PostStrip[]; readonly pairs: readonly (readonly [PostStrip, PostStrip])[] };

/** The strips of every post, and the pairs of one post on two sides (ambassador there, ambassador here). */
export function postsOf(people: readonly PostHolder[]): Posts {
  const groups = Map.groupBy(people, ({ party, post }) => `${party}/${plain(post)}`);
  const posts = [...groups.values()].flatMap((holders): readonly PostStrip[] => {
    const [first] = holders;
    if (first === undefined) return [];
    return [{ party: first.party, post: first.post, holders: holders.map(holderOf).sort((a, b) => startOf(a) - startOf(b)) }];
  });
  posts.sort((a, b) => a.party - b.party || (a.post < b.post ? -1 : 1));
  const pairs = posts.flatMap((one) =>
    posts.filter((other) => other.party > one.party && plain(other.post) === plain(one.post)).map((other): [PostStrip, PostStrip] => [one, other]),
  );
  return { posts, pairs };
}

function holderOf({ name, acts, reading, party }: PostHolder): Holder {
  const { matter } = reading;
  const below = (type: string) => standingAnswers(reading, matter.id, type);
  const credentials = below('credentials').flatMap((act) => {
    const step = choiceIn(act.frame, 'step', ['copy-given', 'presented']);
    const at = wholeIn(act.frame, 'at');
    // Whoever sent them says so, or whoever received them: one of the two is enough to show it.
    return step === undefined || at === undefined ? [] : [{ ...said(act), step, at }];
  });
  const presentedAt = credentials.filter(({ step }) => step === 'presented').map(({ at }) => at);
  const latest = latestByParty(reading, below('agrement')).flatMap((act) => (act === undefined || act.party === party ? [] : [act]));
  // Among several, one that refuses is not hidden by another that agrees.
  const agrement = latest.findLast(({ frame }) => frame.agrement !== 'granted') ?? latest.at(-1);
  const mission = reading.byId.get(matter.id);
  const { nonGrata, unrecognised } = mission === undefined ? {} : unwantedIn(reading, mission);
  return {
    name,
    matter: matter.id,
    stretches: stretchesOf(acts, presentedAt.length === 0 ? undefined : Math.min(...presentedAt)),
    credentials,
    charges: below('charge_ad_interim').flatMap((act) => {
      const from = wholeIn(act.frame, 'from');
      return act.party !== party || from === undefined ? [] : [{ ...said(act), from, ...present({ until: wholeIn(act.frame, 'until') }) }];
    }),
    ...present({
      agrement: agrement === undefined ? undefined : { ...said(agrement), value: textIn(agrement.frame, 'agrement') },
      nonGrata,
      unrecognised,
    }),
  };
}

/** Stretches in the order of the log; an act takes effect when its party says, and never before the one ahead of it. */
function stretchesOf(acts: readonly PostAct[], presentedAt: number | undefined): readonly PostStretch[] {
  const stretches: { state: PostState; from: number; to?: number }[] = [];
  let at = 0;
  for (const { act, time, effectiveAt } of acts) {
    at = Math.max(at, effectiveAt ?? time);
    const last = stretches.at(-1);
    if (last !== undefined && last.to === undefined) last.to = at;
    if (act === 'end') continue;
    stretches.push({ state: act === 'recall' ? 'recalled' : 'accredited', from: at });
  }
  return presentedAt === undefined ? stretches : stretches.flatMap((one) => atPresentation(one, presentedAt));
}

function atPresentation(stretch: PostStretch, presentedAt: number): readonly PostStretch[] {
  if (stretch.state !== 'accredited' || (stretch.to !== undefined && stretch.to <= presentedAt)) return [stretch];
  if (stretch.from >= presentedAt) return [{ ...stretch, state: 'in_function' }];
  return [
    { ...stretch, to: presentedAt },
    { ...stretch, state: 'in_function', from: presentedAt },
  ];
}

function startOf({ stretches }: Holder): number {
  return stretches[0]?.from ?? Number.MAX_SAFE_INTEGER;
}

function plain(post: string): string {
  return post.trim().toLowerCase();
}
