/** English ICU messages: the menu of kinds that a document begins with, and the rows of a form. */
export const menu: Readonly<Record<string, string>> = {
  'menu.often': 'Written most often',
  'menu.find': 'Find a kind of document',
  'menu.find_hint': 'Type a word of its name or of what it is for, such as protest, minutes or evidence.',
  'menu.found': '{count, plural, =0 {No kind of document is called so.} one {One kind of document.} other {# kinds of document.}}',
  'menu.others': 'Everything else that a person can sign',
  'menu.all': 'All others that begin a matter',

  'menu.more_here': 'More in this matter',
  'menu.counter': 'Counter it with a claim',
  'rows.add': 'Add a row',
  'rows.row': 'Row {number}',
  'rows.in_utc': '{name}, in UTC',
  'rows.up': 'Move row {number} up',
  'rows.remove': 'Remove row {number}',
  'palette.opened_only':
    'With more than {max} channels, documents are found in those that were opened on this page. Open a channel to find what stands in it.',
};
