import type { MissionJoint } from '../../projection/joint/mission.ts';

/** How somebody stands: by the acts of their own party, and what is said beside their mission. */
export type Standing = { readonly state: string; readonly mission: MissionJoint | undefined };

/** What can be expected of somebody's mission, beside whether they are accredited, recalled or have left. */
export const MISSION_SENTENCES: readonly { readonly words: string; readonly holds: (standing: Standing) => boolean }[] = [
  { words: '{person} has the agrément of the other side', holds: ({ mission }) => mission?.agrement === 'granted' },
  { words: '{person} is refused by the other side', holds: ({ mission }) => mission?.agrement === 'refused' },
  { words: 'the copy of the credentials of {person} is handed over', holds: ({ mission }) => mission?.credentials === 'copy_given' },
  { words: '{person} is in function', holds: ({ state, mission }) => state === 'accredited' && mission?.credentials === 'presented' },
  { words: 'a chargé d’affaires stands in for {person}', holds: ({ mission }) => (mission?.charges.length ?? 0) > 0 },
  { words: '{person} is non grata', holds: ({ mission }) => mission?.nonGrata !== undefined },
  { words: '{person} is no longer recognised', holds: ({ mission }) => mission?.unrecognised !== undefined },
];
