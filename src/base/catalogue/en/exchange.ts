/** English words for committing and revealing in a simultaneous exchange. */
export const exchange: Readonly<Record<string, string>> = {
  'exchange.commit.binds':
    'It binds this side to “{words}”{files, plural, =0 {} one { and one file} other { and # files}}. The other side sees a hash; from here on nothing of it can be changed.',
  'exchange.commit.kept':
    'The words, the files and their secret are kept by this side’s node before the commitment is signed, for its own people alone. Without them the reveal is impossible, for everybody and for good.',
  'exchange.commit.hash': 'What leaves is its hash: {digest}',
  'exchange.kept_at': 'What was committed to is kept in {dir}. Back it up: without it the reveal is impossible.',
  'exchange.reveal.as_committed': 'It is exactly what this side committed to.',
  'exchange.early': 'Not every side is committed yet',
  'exchange.before': 'The moment of the exchange has not come',
  'exchange.reveal.early':
    'Not every side is committed: whoever is not reads this first, and can still choose its own words. It counts once every side is committed.',
  'exchange.reveal.before': 'The moment of the exchange has not come: whoever reveals now is read before it.',
  'exchange.words': 'What your side gives',
  'exchange.words.help': 'It leaves with the reveal, and not before. The other side sees a hash of it now.',
  'exchange.files.help': 'They are bound in too, and leave with the reveal.',
  'exchange.commits_to': 'What it commits to, kept by this node:',
  'exchange.committed_already': 'Your side is committed in this exchange. The first commitment binds.',
  'exchange.revealed_already': 'Your side has revealed in this exchange.',
  'exchange.not_committed': 'Your side is not committed in this exchange; it commits first.',
  'exchange.set_for': 'The exchange is set for',
  'exchange.reveal_anyway': 'Reveal all the same',
};
