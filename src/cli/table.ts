import type { Command } from './command.ts';

/** Every command, in the order of the help: its name (one or two words), one line, and the file that holds it, loaded when it is called. */
export const COMMANDS: readonly { readonly name: string; readonly summary: string; readonly load: () => Promise<{ readonly command: Command }> }[] = [
  {
    name: 'demo',
    summary: 'Run two parties and a host on this machine, with Geneva 2021 played through them.',
    load: () => import('./commands/demo.ts'),
  },
  { name: 'init', summary: 'Make a party: its name, its identity key, and the recovery to print.', load: () => import('./commands/init.ts') },
  {
    name: 'serve',
    summary: 'Run the node of a party: screens and API for its people, a door for its peers.',
    load: () => import('./commands/serve.ts'),
  },
  { name: 'host', summary: 'Run a neutral host: it sees origins, sizes and roots, and no content.', load: () => import('./commands/host.ts') },
  { name: 'invite', summary: 'Invite another party to a channel.', load: () => import('./commands/invite.ts') },
  { name: 'join', summary: 'Answer an invitation, or take an answer that came by hand.', load: () => import('./commands/join.ts') },
  {
    name: 'confirm',
    summary: 'Compare the sentences that both officers read aloud, and sign the charter.',
    load: () => import('./commands/confirm.ts'),
  },
  { name: 'decline', summary: 'End a founding that this side has not confirmed.', load: () => import('./commands/decline.ts') },
  { name: 'channels', summary: 'List the channels, who is in them, and whether they answer.', load: () => import('./commands/channels.ts') },
  { name: 'address', summary: 'Show or change where the other side and the hosts listen.', load: () => import('./commands/address.ts') },
  { name: 'enrol', summary: 'Make a one-time link by which a person enrols in their browser.', load: () => import('./commands/enrol.ts') },
  { name: 'key new', summary: 'Make the key of a representative, sealed by a passphrase.', load: () => import('./commands/key-new.ts') },
  {
    name: 'representative add',
    summary: 'Accredit a representative: say whose signature speaks for the party.',
    load: () => import('./commands/representative-add.ts'),
  },
  { name: 'representative recall', summary: 'Recall a representative for consultations.', load: () => import('./commands/representative-recall.ts') },
  { name: 'representative return', summary: 'Return a recalled representative to post.', load: () => import('./commands/representative-return.ts') },
  { name: 'representative end', summary: 'End the mission of a representative.', load: () => import('./commands/representative-end.ts') },
  { name: 'send', summary: 'Write to the other side: sign a document and send it.', load: () => import('./commands/send.ts') },
  { name: 'log', summary: 'Read what both sides said, and how far it came.', load: () => import('./commands/log.ts') },
  { name: 'show', summary: 'Show one document whole.', load: () => import('./commands/show.ts') },
  { name: 'duties', summary: 'List what is owed, by whom, and until when.', load: () => import('./commands/duties.ts') },
  { name: 'status', summary: 'Say why something has not arrived yet, per peer and host.', load: () => import('./commands/status.ts') },
  { name: 'export', summary: 'Write the whole record of a channel to a file that anyone can verify.', load: () => import('./commands/export.ts') },
  { name: 'prove', summary: 'Write a proof that one document stands in the record.', load: () => import('./commands/prove.ts') },
  { name: 'verify', summary: 'Check a record export or a proof with nothing but the file.', load: () => import('./commands/verify.ts') },
  { name: 'check', summary: 'Say what files are, whether they are valid, and why not.', load: () => import('./commands/check.ts') },
  { name: 'fsck', summary: 'Read everything back from disk and compare it with what it must be.', load: () => import('./commands/fsck.ts') },
  { name: 'scenario play', summary: 'Play a scenario through the nodes that run on a directory.', load: () => import('./commands/scenario.ts') },
  {
    name: 'rehearse',
    summary: 'Cheat, as a lesson, on the directory of a demonstration.',
    load: () => import('./commands/rehearse.ts'),
  },
  {
    name: 'completion',
    summary: 'Print the script that makes a shell complete commands and options.',
    load: () => import('./commands/completion.ts'),
  },
];
