/** What pages say where there is more than they show at once. */
export const much: Readonly<Record<string, string>> = {
  'dossiers.documents_or_more': '{count, plural, one {# document or more} other {# documents or more}}',
  'dossier.counts_shown': 'Facts on this page: agreed {agreed}, disputed {disputed}, open {open}',
  'dossier.part':
    'Part {part} of {parts}: {shown} of {total, plural, one {# matter} other {# matters}}, each side in turn, what awaits something first.',
  'dossier.elsewhere': '{name} opened {count} more, in the other parts.',
  'dossier.elsewhere_ours': 'We opened {count} more, in the other parts.',
  'dossier.more_documents':
    '{count, plural, one {# document of these matters is} other {# documents of these matters are}} not listed here: the latest of each side are.',
  'dossier.previous_part': 'Previous part',
  'dossier.next_part': 'Next part',
  'dossier.in_table': 'All of it is on the Table',
  'about.more_corrections':
    '{count, plural, one {An earlier correction is not shown here: what it said was said anew after it} other {# earlier corrections are not shown here: what they said was said anew after them}}',
  'document.more_in_thread':
    '{count, plural, one {# more document of this matter is} other {# more documents of this matter are}} on the Table: the latest of each side are here',
  'today.more_changes': '{count, plural, one {# more change is} other {# more changes are}} shown once these are looked at.',
  'today.more': '{count} more in {channel}',
};
