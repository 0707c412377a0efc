import { Link } from '@tanstack/react-router';
import type { MatterView, PositionView } from '../../projection/dossier-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { zonesOf } from '../instants.ts';
import { othersOf } from '../others.ts';
import { useSay } from '../say.tsx';
import { takeApart } from '../summary.ts';
import { visible } from '../visible.ts';
import { MarkWords } from './about-entries.tsx';
import { Reference } from './entry-row.tsx';
import { Glyph, type GlyphKind } from './glyph.tsx';
import { DueLine, Instant, useNow } from './when.tsx';

/** A claim across the seam: what is claimed, on its author's side, and each party's own stance beside the other's, never merged. */
export function ClaimStances({ claim, channel }: { readonly claim: MatterView; readonly channel: ChannelView }) {
  const say = useSay();
  const state = claimState(claim, channel.parties.length);
  const { label, words } = takeApart(say, claim.summary);
  const statement = typeof claim.fields.statement === 'string' ? visible(claim.fields.statement) : words;
  const row = claim.rows.find(({ id }) => id === claim.id);
  const ref = row?.ref ?? '';
  const side = claim.opener === channel.us ? 'on-ours' : 'on-theirs';
  return (
    <article className={`claim claim-${state}`} aria-label={say(`claim.${state}`)}>
      <div className="sides">
        <div className={`${side} claim-said sheet`}>
          <p className="entry-head">
            <strong>{label}</strong>
            <Reference text={ref} />
            <ClaimGrades claim={claim} />
          </p>
          <p className="party-text" dir="auto">
            <Link className="row-link" to="/c/$channel/documents/$id" params={{ channel: channel.id, id: claim.id }}>
              {statement ?? label}
            </Link>
          </p>
          {row === undefined ? null : <MarkWords row={row} channel={channel.id} />}
        </div>
      </div>
      <div className="sides claim-stances">
        <div className="on-ours">
          <Stance claim={claim} channel={channel} party={channel.us} />
        </div>
        <div className="on-seam claim-state">
          <Glyph kind={STATE_GLYPHS[state]} side={side === 'on-ours' ? 'ours' : 'theirs'} />
          <span className="small">{say(`claim.${state}`)}</span>
        </div>
        <div className="on-theirs">
          {othersOf(channel).map(({ party }) => (
            <Stance key={party} claim={claim} channel={channel} party={party} />
          ))}
          {channel.hosts.length === 0 ? null : <p className="muted small host-line">{say('claim.hosts')}</p>}
        </div>
      </div>
    </article>
  );
}

type ClaimState = 'agreed' | 'disputed' | 'open' | 'withdrawn';

const STATE_GLYPHS: Readonly<Record<ClaimState, GlyphKind>> = { agreed: 'held', disputed: 'disputed', open: 'open', withdrawn: 'withheld' };

/** Agreed when every party accepts the words that it has now; disputed when one contests or denies; open while stances are missing or neutral. */
export function claimState(claim: Pick<MatterView, 'id' | 'positions' | 'opener' | 'rows'>, parties: number): ClaimState {
  if (claim.rows.some((row) => row.id === claim.id && row.withdrawn !== undefined)) return 'withdrawn';
  const stances = Array.from({ length: parties }, (_, party) => stanceOf(claim, party) ?? { value: party === claim.opener ? 'accepts' : undefined });
  if (stances.some(({ value }) => value === 'contests' || value === 'denies')) return 'disputed';
  return stances.every((stance) => stance.value === 'accepts' && !('earlierWords' in stance)) ? 'agreed' : 'open';
}

function stanceOf(claim: Pick<MatterView, 'positions'>, party: number): PositionView | undefined {
  return claim.positions.find((position) => position.party === party && position.value !== undefined);
}

function Stance({ claim, channel, party }: { readonly claim: MatterView; readonly channel: ChannelView; readonly party: number }) {
  const say = useSay();
  const now = useNow();
  const stance = stanceOf(claim, party);
  const name = channel.parties[party]?.name ?? '';
  const us = party === channel.us;
  const due = claim.due.find((one) => one.debtor === party && one.metAt === undefined);
  return (
    <div className="stance">
      <p className="entry-head">
        <bdi>{name}</bdi>
        {stance?.time === undefined ? null : (
          <span className="muted">
            <Instant at={stance.time} style="short" />
          </span>
        )}
      </p>
      {stance?.value === undefined ? (
        party === claim.opener ? (
          <p className="stance-value">{say('claim.asserts')}</p>
        ) : (
          <p className="stance-value not-answered">{say('claim.not_answered')}</p>
        )
      ) : (
        <p className="stance-value">
          {stance.entry === undefined ? (
            say(`choice.value.${stance.value}`)
          ) : (
            <Link className="stance-link" to="/c/$channel/documents/$id" params={{ channel: channel.id, id: stance.entry }}>
              {say(`choice.value.${stance.value}`)}
            </Link>
          )}
        </p>
      )}
      {stance?.explanation === undefined || stance.explanation === '' ? null : (
        <p className="party-text" dir="auto">
          {visible(stance.explanation)}
        </p>
      )}
      {stance?.earlierWords === true ? <p className="due">{say('claim.earlier_words', { who: us ? 'ours' : 'theirs' })}</p> : null}
      {stance === undefined || stance.earlier === 0 ? null : <p className="muted">{say('claim.earlier', { count: stance.earlier })}</p>}
      {due === undefined ? null : <DueLine due={due} us={channel.us} zones={zonesOf(channel)} now={now} said />}
      {us ? (
        <p className="actions">
          <Link
            className={stance === undefined && claim.opener !== party ? 'button primary' : 'button'}
            to="/c/$channel/compose"
            params={{ channel: channel.id }}
            search={{ kind: 'position', to: claim.id }}
          >
            {say('acts.position')}
          </Link>
          <Link className="button" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind: 'request', to: claim.id }}>
            {say('acts.ask')}
          </Link>
        </p>
      ) : null}
    </div>
  );
}

/** Likelihood and confidence as their author graded them, never in one sentence (ICD 203). */
function ClaimGrades({ claim }: { readonly claim: MatterView }) {
  const say = useSay();
  return (
    <>
      {(['likelihood', 'confidence'] as const).map((name) => {
        const value = claim.fields[name];
        return typeof value === 'string' ? (
          <span key={name} className="muted">
            {say(`choice.${name}.${value}`)}
          </span>
        ) : null;
      })}
    </>
  );
}
