import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { kindOf } from '../../document/registry.ts';
import { actValues } from './acts.ts';
import { EXPECTATION_SENTENCES, ROUND_SENTENCES } from './expectations.ts';
import { parseScenario, sayFaults } from './parse-scenario.ts';
import { tellingWith } from './round.ts';
import type { Act, Expectation, Scenario, ScenarioFault } from './scenario.ts';
import { PARTY_SENTENCES, PERSON_SENTENCES } from './sentences.ts';
import { relativeInstant } from './values.ts';
import { WAIT_SENTENCES } from './waits.ts';

const FOLDER = new URL('../../../scenarios/', import.meta.url);
const GENEVA = readFileSync(new URL('geneva-2021.scenario', FOLDER), 'utf8');
const ARTICLE = new URL('../../../../shared/data/seed-article.fr.txt', import.meta.url);
const HEAD = `Scenario: A test
Channel: Test
Host: A host
Party: Alpha
  Ada Lund, Duty officer, may recall, up to amber, signs request and communication check
  Al Moe, Ambassador
Party: Beta
  Bo Berg, Duty officer
`;

test('every shipped scenario is read whole', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.scenario'));
  assert.equal(names.length, 13);
  for (const name of names) {
    const { steps } = read(readFileSync(new URL(name, FOLDER), 'utf8'));
    assert.ok(
      steps.some((step) => step.step === 'expect' && step.see === 'same'),
      name,
    );
  }
});

test('Geneva has the kinds of its telling', () => {
  const scenario = read(GENEVA);
  assert.deepEqual(
    scenario.parties.map(({ slug }) => slug),
    ['united-states', 'russian-federation'],
  );
  const kinds = new Set(acts(scenario).map(({ kind }) => kind));
  for (const kind of ['contact_nomination', 'communication_check', 'communication_check_answer', 'recall', 'identity', 'incident_notification'])
    assert.ok(kinds.has(kind), kind);
  for (const kind of ['request', 'reply', 'claim', 'position', 'note_verbale', 'message']) assert.ok(kinds.has(kind), kind);
});

test('Geneva enacts its facts, each on a line that can be pointed at', () => {
  const scenario = read(GENEVA);
  const facts = new Set([...scenario.facts, ...acts(scenario).flatMap((act) => act.facts)]);
  for (let n = 1; n <= 19; n++) assert.ok(facts.has(`G${n}`), `G${n}`);
  for (const fact of facts) assert.match(fact, /^G([1-9]|1[0-9])$/);
});

test('an ambassador is recalled on both sides and goes back on the two days that were named', () => {
  const people = acts(read(GENEVA)).filter((act) => act.person !== undefined);
  const recalled = people.filter((act) => act.kind === 'recall' || act.peopleAct === 'recall');
  const returned = people.filter((act) => act.peopleAct === 'return');
  assert.deepEqual(new Set(recalled.map(({ party }) => party)), new Set([0, 1]));
  assert.deepEqual(
    returned.map((act) => act.fields.find(({ name }) => name === 'effective_at')?.text),
    ['2021-06-17 09:00', '2021-06-18 09:00'],
  );
});

test('no six words of the report stand in the scenario', { skip: existsSync(ARTICLE) ? false : 'the report is not here' }, () => {
  const words = (text: string): string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const ours = words(GENEVA).join(' ');
  const theirs = words(readFileSync(ARTICLE, 'utf8'));
  for (let i = 0; i + 6 <= theirs.length; i++) assert.ok(!ours.includes(theirs.slice(i, i + 6).join(' ')));
});

test('people have a post, a scope and a party', () => {
  const { people } = read(`${HEAD}`);
  assert.deepEqual(people[0], {
    name: 'Ada Lund',
    slug: 'ada-lund',
    post: 'Duty officer',
    party: 0,
    scope: { kinds: ['request', 'communication_check'], marking: 'amber', may_recall: true, automatic: false },
  });
  assert.deepEqual(people[2]?.scope, { kinds: ['*'], marking: 'red', may_recall: false, automatic: false });
});

test('a sentence has a date, a subject, what is done, what it is about, a name and its facts', () => {
  const [first, second] = acts(
    read(`${HEAD}
2021-05-07 20:00 Bo Berg notifies an incident as B-1 [G14]
  title: Pumps stopped
  description: They stopped.

    Both of them.
  aware at: 2 hours ago
Ada Lund requests assistance about B-1 as A-1 [G1, G2]
  subject: Pumps
  text: Please tell us which
    pumps.
  reply by: in 3 days`),
  );
  assert.equal(first?.at, 1_620_417_600);
  assert.deepEqual([first?.kind, first?.party, first?.signer, first?.name], ['incident_notification', 1, 'Bo Berg', 'B-1']);
  assert.equal(first?.fields[1]?.text, 'They stopped.\n\nBoth of them.');
  assert.deepEqual(second?.said, { request_type: 'assistance' });
  assert.deepEqual([second?.about, second?.facts, second?.key], [['B-1'], ['G1', 'G2'], 'A-1']);
  assert.equal(second?.fields[1]?.text, 'Please tell us which pumps.');
});

test('what is joint is expected in its own words, of the kinds that have it', () => {
  const lines = `Bo Berg undertakes as B-1
  subject: Pumps
  text: We mend them.
  obligor: ours
Bo Berg convenes a session as B-2
  title: Pumps
  planned start: in 3 days
Bo Berg reports a vulnerability as B-3
  title: Pumps
  product: Pump 4
  description: It stops.
  exploited: no
`;
  const expected = (sentence: string): unknown => {
    const parsed = parseScenario(`${HEAD}${lines}expect ${sentence}`);
    if ('faults' in parsed) return sayFaults(parsed.faults);
    const { line, text, facts, step, ...rest } = parsed.scenario.steps.at(-1) as Expectation;
    return rest;
  };
  assert.deepEqual(expected('B-1 is discharged'), { see: 'joint', document: 'B-1', words: '{document} is discharged' });
  assert.deepEqual(expected('the Beta has signed B-1'), { see: 'joint', document: 'B-1', words: '{party} has signed {document}', party: 1 });
  assert.deepEqual(expected('B-2 sat 158 minutes'), { see: 'joint', document: 'B-2', words: '{document} sat {number} minutes', number: 158 });
  assert.deepEqual(expected('Alpha holds the report B-3 valid'), {
    see: 'joint',
    document: 'B-3',
    words: '{party} <stands with a report>',
    party: 0,
    state: 'valid',
  });
  assert.equal(expected('B-2 is discharged'), 'line 21: this is expected of an undertaking, not of a session');
  assert.equal(expected('B-9 is discharged'), 'line 21: no document above is called B-9');
  assert.equal(expected('B-2 sat some minutes'), 'line 21: expected a whole number, not "some"');
});

test('a channel has the procedures that the telling names, or those of a profile', () => {
  const says = (lines: string): string => {
    const parsed = parseScenario(`${lines}\n${HEAD}`);
    return 'faults' in parsed ? sayFaults(parsed.faults) : 'no fault';
  };
  assert.deepEqual(read(`Procedures: incident-inquiry, nis2-reporting\n${HEAD}`).procedures, ['incident-inquiry', 'nis2-reporting']);
  assert.equal(read(`Profile: state-state\n${HEAD}`).profile, 'state-state');
  assert.match(
    says('Procedures: incident-inquest'),
    /^line 1: "incident-inquest" is no procedure that ships, or stands twice; there are accreditation/,
  );
  assert.match(says('Profile: state'), /^line 1: expected a profile: cert-cert/);
  assert.equal(says('Procedures: accreditation\nProfile: state-state'), 'line 2: expected either "Procedures:" or "Profile:", once');
});

test('a side commits to the words that it reveals in a later line', () => {
  const lines = `Bo Berg agrees on a simultaneous exchange as B-1
  title: Lists
  exchange at: in 3 days
Bo Berg commits to B-1
`;
  const says = (more: string): string => {
    const parsed = parseScenario(`${HEAD}${lines}${more}`);
    return 'faults' in parsed ? sayFaults(parsed.faults) : 'no fault';
  };
  assert.equal(says('Bo Berg reveals B-1\n  text: A list.'), 'no fault');
  assert.equal(says(''), 'line 12: expected a line below in which the same party reveals what it commits to');
  assert.match(says('Al Moe reveals B-1\n  text: A list.'), /^line 12: expected a line below/);
  assert.equal(says('Bo Berg reveals B-1\n  text: A list.\n  secret: x'), 'line 15: "secret" is not written here: the sentence says it');
});

test('a line keeps its key when others move, and two lines alike have two', () => {
  const recall = 'Ada Lund recalls Al Moe for consultations\nAda Lund returns Al Moe to post\n';
  const keys = acts(read(`${HEAD}${recall}${recall}`)).map(({ key }) => key);
  assert.equal(new Set(keys).size, 4);
  const later = acts(read(`${HEAD}Bo Berg writes as B-1\n  subject: S\n  text: T\n# A remark.\n${recall}${recall}`)).map(({ key }) => key);
  assert.deepEqual(later.slice(1), keys);
});

test('what cannot be read is said line by line, in sentences', () => {
  const says = (lines: string): string => {
    const parsed = parseScenario(`${HEAD}${lines}`);
    return 'faults' in parsed ? sayFaults(parsed.faults) : 'no fault';
  };
  assert.equal(says('Cy Cole writes as C-1'), 'line 9: expected a sentence that begins with the name of a person or a party');
  assert.match(says('Bo Berg dreams of B-2'), /^line 9: expected something that a person does/);
  assert.equal(says('Bo Berg replies to B-9 as B-1\n  text: T\n  disposition: met'), 'line 9: no document above is called B-9');
  assert.equal(says('Bo Berg writes as B-1\n  subject: S\n  tekst: T'), 'line 11: a message has no field "tekst"');
  assert.equal(says('Bo Berg writes as B-1\n  subject: S'), 'line 9: Text: This is needed.');
  assert.equal(says('Ada Lund recalls Bo Berg for consultations'), 'line 9: Bo Berg speaks for another party');
  assert.match(
    says('Bo Berg requests information as B-1\n  subject: S\n  text: T\n  reply by: soon'),
    /^line 12: "reply by": Write date and time in UTC like this/,
  );
  assert.equal(says('Bo Berg writes as B-1\n  subject: S\n  text: T\nBo Berg denies B-1'), 'line 12: a position cannot answer or join a message');
  assert.equal(
    says('2021-06-16 Al Moe writes\n  subject: S\n  text: T\n2021-06-15 Al Moe writes\n  subject: S\n  text: T'),
    'line 12: this happened before the line above; tell it first',
  );
  assert.equal(says('expect B-1 is held'), 'line 9: no document above is called B-1');
  assert.match(says('expect it rains'), /^line 9: expected something that can be seen/);
  assert.match(says('\tBo Berg writes'), /^line 9: expected spaces before the words, not a tab/);
  assert.equal(says('Alpha ends the mission of Al Moe\n  reason: none'), 'line 10: this act has no field "reason"');
});

const ROUND = `Scenario: A round
Channel: Directory
Host: A host
Party: Chair
  Ada Lund, Manager
Round: one channel with each of
  Elder: Bo Berg
  Linden: Cy Cole; Di Dow, Deputy
  Yew: Ed Eve
`;
const CHECK = 'Ada Lund checks the line as C-1\n  answer by: in 2 minutes\n';

test('a round has a channel with each other party, and each line is in the channels that it speaks of', () => {
  const contact = '  person: {officer}\n  office: Desk of {state}\n  email: contact@{state}.example\n';
  const lines = `${CHECK}Ada Lund checks the line with Elder and Yew as C-2
  answer by: in 2 minutes
each but Elder answers the check C-1
each of Elder and Yew answers the check C-2
Elder answers the check C-1
Di Dow answers the check C-1
each nominates a contact as N-1
${contact}Ada Lund withdraws the contact of N-1
${contact}expect each but Yew owes an answer to C-1
expect C-2 is held
expect both sides see the same
wait until C-2 is due
`;
  const scenario = read(`${ROUND}${lines}`);
  assert.deepEqual(
    scenario.steps.map((step) => (step.step === 'part' ? [] : step.among)),
    [[1, 2, 3], [1, 3], [2, 3], [1, 3], [1], [2], [1, 2, 3], [1, 2, 3], [1, 2], [1, 3], [1, 2, 3], [1, 3]],
  );
  const linden = tellingWith(scenario, 2);
  assert.deepEqual(
    linden.parties.map(({ name }) => name),
    ['Chair', 'Linden'],
  );
  assert.deepEqual(
    acts(linden).map(({ party, signer }) => [party, signer]),
    [
      [0, 'Ada Lund'],
      [1, 'Cy Cole'],
      [1, 'Di Dow'],
      [1, 'Cy Cole'],
      [0, 'Ada Lund'],
    ],
  );
  assert.deepEqual(
    acts(linden)[3]?.fields.map(({ text }) => text),
    ['Cy Cole', 'Desk of Linden', 'contact@Linden.example'],
  );
});

test('what cannot be read in a round is said line by line', () => {
  const says = (lines: string): string => {
    const parsed = parseScenario(`${ROUND}${CHECK}${lines}`);
    return 'faults' in parsed ? sayFaults(parsed.faults) : 'no fault';
  };
  assert.equal(says('expect Chair awaits each'), 'no fault');
  assert.equal(says('expect Chair awaits Elder and Oak'), 'line 12: expected other parties of the round, not "Elder and Oak"');
  assert.match(says('each but Oak answers the check C-1'), /^line 12: expected a sentence that begins with the name/);
  assert.match(
    says('Ada Lund checks the line with Oak as C-3\n  answer by: in 1 hour'),
    /^line 12: expected other parties of the round after "with"/,
  );
  const second = 'Ada Lund checks the line with Elder as C-2\n  answer by: in 1 hour\n';
  assert.equal(says(`${second}each answers the check C-2`), 'line 14: in a channel that this line speaks of there is no such document or person');
  assert.equal(says(`${second}expect Yew has not answered C-2`), 'line 14: no document above is called C-2 in the channel of this line');
  assert.equal(says('wait until C-9 is due'), 'line 12: no document above is called C-9');
  assert.match(sayFaults(faultsIn(`${HEAD}Round: one channel with each of\n  Elder: Bo Bell\n`)), /^line 9: expected one "Party:" above the round/);
  assert.match(sayFaults(faultsIn(ROUND.replace('one channel with', 'one for'))), /^line 6: expected "Round: one channel with each of"/);
  assert.match(sayFaults(faultsIn(ROUND.replace(': Ed Eve', ''))), /^line 9: expected a party and who speaks for it/);
});

test('no text makes the parser throw', () => {
  const lines = GENEVA.split('\n');
  const line = fc.oneof(
    fc.constantFrom(...lines),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('  text:', 'expect', 'Party:', '[G1]', ' as A-1'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (some) => {
      const parsed = parseScenario(some.join('\n'));
      if ('faults' in parsed) for (const fault of parsed.faults) assert.ok(fault.line >= 1 && fault.sentence !== '');
    }),
    { numRuns: 100 },
  );
});

test('moments may count from the playing', () => {
  assert.equal(relativeInstant('in 3 days', 1000), 1000 + 3 * 86_400);
  assert.equal(relativeInstant('1 hour ago', 10_000), 6_400);
  assert.equal(relativeInstant('now', 7), 7);
  assert.equal(relativeInstant('in a while', 7), undefined);
  const newYear = Date.UTC(2027, 0, 1) / 1000;
  assert.equal(relativeInstant('next 1 January', newYear - 1), newYear);
  assert.equal(relativeInstant('next 1 January 05:00', newYear), newYear + 5 * 3600);
  assert.equal(relativeInstant('next 1 January', newYear), Date.UTC(2028, 0, 1) / 1000);
  for (const none of ['next 30 February', 'next 0 May', 'next 1 Januar', 'next 1 January 24:00']) assert.equal(relativeInstant(none, 7), undefined);
});

test('the examples of the page on scenarios are scenarios', () => {
  const page = readFileSync(new URL('../../../docs/scenarios.md', import.meta.url), 'utf8');
  const example = /```\n(Scenario:[\s\S]*?)```/.exec(page)?.[1] ?? '';
  assert.equal(acts(read(example)).length, 2);
  const round = /```\n(Scenario:(?:(?!```)[\s\S])*?Round:[\s\S]*?)```/.exec(page)?.[1] ?? '';
  assert.equal(read(round).round, true);
});

test('time passes until a silence expires, or some seconds before or after, and nothing else is waited for', () => {
  const silence = read(readFileSync(new URL('silence-expiry.scenario', FOLDER), 'utf8'));
  assert.deepEqual(
    silence.steps.flatMap((step) => (step.step === 'wait' ? [[step.document, step.offset]] : [])),
    [
      ['C-3', -1],
      ['C-4', 1],
    ],
  );
  for (const [line, sentence] of [
    ['wait a moment', /expected one line/],
    ['wait until A-9 expires', /no document above is called A-9/],
    ['wait until A-1 expires', /a silence procedure expires/],
  ] as const) {
    const parsed = parseScenario(`${HEAD}\nAl Moe writes as A-1\n  subject: Pumps\n  text: So.\n\n${line}\n`);
    assert.match('faults' in parsed ? sayFaults(parsed.faults) : '', sentence);
  }
});

test('the page on scenarios has every sentence', () => {
  const page = readFileSync(new URL('../../../docs/scenarios.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
  for (const { words } of [...PERSON_SENTENCES, ...PARTY_SENTENCES]) assert.ok(page.includes(`\`${words}\``), words);
  for (const words of [...EXPECTATION_SENTENCES, ...ROUND_SENTENCES, ...WAIT_SENTENCES]) assert.ok(page.includes(`\`${words}\``), words);
});

function read(text: string): Scenario {
  const parsed = parseScenario(text);
  assert.ok('scenario' in parsed, 'faults' in parsed ? sayFaults(parsed.faults) : '');
  return parsed.scenario;
}

function faultsIn(text: string): readonly ScenarioFault[] {
  const parsed = parseScenario(text);
  return 'faults' in parsed ? parsed.faults : [];
}

function acts(scenario: Scenario): readonly Act[] {
  return scenario.steps.filter((step) => step.step === 'act');
}

test('a correction says fields of what it corrects anew, and whoever clears a document is a colleague of who signs it', () => {
  const written = `Bo Berg writes as B-1
  subject: S
  text: T
`;
  const correction = acts(
    read(`${HEAD}${written}Bo Berg corrects B-1
  text: U
  reason: Not T.`),
  )[1];
  const { values } = actValues(correction ?? assert.fail(), kindOf('correction') ?? assert.fail(), 'amber', 1_800_000_000);
  assert.deepEqual([values.get('pointers'), values.get('values'), values.get('reason')], [['/text'], ['U'], 'Not T.']);
  for (const [lines, sentence] of [
    ['Bo Berg corrects B-1', 'expected the fields that it says anew'],
    ['Bo Berg corrects B-1\n  colour: red', 'no correction says "colour" anew'],
    [
      'Bo Berg writes\n  subject: S\n  text: T\n  cleared by: Bo Berg',
      '"cleared by": expected another person of the same party than the one who signs',
    ],
    [
      'Bo Berg writes\n  subject: S\n  text: T\n  cleared by: Ada Lund',
      '"cleared by": expected another person of the same party than the one who signs',
    ],
  ] as const) {
    const parsed = parseScenario(`${HEAD}${written}${lines}`);
    assert.ok('faults' in parsed && sayFaults(parsed.faults).includes(sentence), 'faults' in parsed ? sayFaults(parsed.faults) : lines);
  }
});
