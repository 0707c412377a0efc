import { REFUSALS } from '../../errors.ts';
import { aboutEntries, aboutEntryScreens } from './erase.ts';
import { exchange } from './exchange.ts';
import { forks } from './forks.ts';
import { gate } from './gate.ts';
import { joint } from './joint.ts';
import { jointOwn } from './joint-own.ts';
import { keys } from './keys.ts';
import { kinds } from './kinds.ts';
import { lineage } from './lineage.ts';
import { menu } from './menu.ts';
import { much } from './much.ts';
import { noticeScreens, notices } from './notices.ts';
import { packs } from './packs.ts';
import { people } from './people.ts';
import { proof } from './proof.ts';
import { record } from './record.ts';
import { today } from './today.ts';
import { web } from './web.ts';

const refusals = Object.fromEntries(Object.entries(REFUSALS).map(([code, row]) => [`refusal.${code}`, row.sentence]));

/** The English catalogue: ICU messages by id. The other languages have the same ids. */
export const en: Readonly<Record<string, string>> = {
  ...refusals,
  ...aboutEntries,
  ...aboutEntryScreens,
  ...exchange,
  ...forks,
  ...gate,
  ...joint,
  ...jointOwn,
  ...keys,
  ...kinds,
  ...lineage,
  ...packs,
  ...menu,
  ...much,
  ...noticeScreens,
  ...notices,
  ...people,
  ...proof,
  ...record,
  ...today,
  ...web,
};
