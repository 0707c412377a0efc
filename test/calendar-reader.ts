/** A small strict reader of iCalendar files (RFC 5545): what deviates from its grammar is an error, not a guess. */
import assert from 'node:assert/strict';

/** One property: its parameters and its raw value. */
export type Property = { readonly name: string; readonly params: ReadonlyMap<string, string>; readonly value: string };

/** An event's properties by name, each at most once. */
export type Event = ReadonlyMap<string, Property>;

const LINE = /^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\p{Cc}]*"|[^";:,\p{Cc}]*))*):(\P{Cc}*)$/u;
const UTC = /^\d{8}T\d{6}Z$/;

/** The events of a calendar; asserts folding (section 3.1), line ends, nesting, and what each event must have. */
export function readCalendar(text: string): readonly Event[] {
  const lines = unfold(text).map((line) => property(line));
  assert.deepEqual([lines[0]?.name, lines[0]?.value], ['BEGIN', 'VCALENDAR']);
  assert.deepEqual([lines.at(-1)?.name, lines.at(-1)?.value], ['END', 'VCALENDAR']);
  const head = new Map<string, string>();
  const events: Event[] = [];
  let event: Map<string, Property> | undefined;
  for (const one of lines.slice(1, -1)) {
    if (one.name === 'BEGIN') {
      assert.equal(one.value, 'VEVENT');
      assert.equal(event, undefined, 'events do not nest');
      event = new Map();
    } else if (one.name === 'END') {
      assert.ok(one.value === 'VEVENT' && event !== undefined);
      events.push(checked(event));
      event = undefined;
    } else if (event === undefined) head.set(one.name, one.value);
    else {
      assert.ok(!event.has(one.name), `${one.name} stands once`);
      event.set(one.name, one);
    }
  }
  assert.equal(event, undefined);
  assert.equal(head.get('VERSION'), '2.0');
  assert.ok(head.has('PRODID'));
  const uids = events.map((one) => one.get('UID')?.value);
  assert.equal(new Set(uids).size, uids.length, 'one event a UID');
  return events;
}

/** A text value with its escapes taken away (section 3.3.11). */
export function textOf(event: Event, name: string): string {
  const value = event.get(name)?.value ?? '';
  assert.doesNotMatch(value.replaceAll(/\\[\\;,nN]/g, ''), /[\\;,]/, 'what has a meaning is escaped');
  return value.replaceAll(/\\([\\;,nN])/g, (_, one: string) => (one.toLowerCase() === 'n' ? '\n' : one));
}

/** Seconds of a moment in UTC. */
export function instantOf(event: Event, name: string): number {
  const value = event.get(name)?.value ?? '';
  assert.match(value, UTC);
  return Date.parse(value.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')) / 1000;
}

function unfold(text: string): readonly string[] {
  const whole = text.endsWith('\r\n') ? text : `${text}\r\n`;
  assert.doesNotMatch(whole.replaceAll('\r\n', ''), /[\r\n]/, 'lines end in CRLF and in nothing else');
  const folded = whole.split('\r\n').slice(0, -1);
  for (const line of folded) assert.ok(Buffer.byteLength(line) <= 75, `75 octets at most: ${line}`);
  const lines: string[] = [];
  for (const line of folded) {
    if (/^[ \t]/.test(line)) {
      assert.ok(lines.length > 0);
      lines.push(`${lines.pop() ?? ''}${line.slice(1)}`);
    } else {
      assert.notEqual(line, '');
      lines.push(line);
    }
  }
  return lines;
}

function property(line: string): Property {
  const found = LINE.exec(line);
  assert.ok(found !== null, `a content line: ${line}`);
  const [, name = '', params = '', value = ''] = found;
  const pairs = params.split(/;(?=[A-Z0-9-]+=)/).slice(1);
  return { name, value, params: new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])) };
}

function checked(event: Map<string, Property>): Event {
  for (const name of ['UID', 'DTSTAMP', 'DTSTART', 'SEQUENCE', 'SUMMARY', 'STATUS']) assert.ok(event.has(name), `an event has its ${name}`);
  assert.match(event.get('SEQUENCE')?.value ?? '', /^(0|[1-9]\d*)$/);
  assert.match(event.get('STATUS')?.value ?? '', /^(TENTATIVE|CONFIRMED|CANCELLED)$/);
  for (const name of ['DTSTAMP', 'DTSTART']) assert.match(event.get(name)?.value ?? '', UTC);
  return event;
}
