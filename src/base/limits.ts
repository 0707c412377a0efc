/** Every limit of the record, each with its reason. Sizes are bytes, durations seconds unless the name says otherwise. */

/** One entry (signed note). tlog-tiles bundles carry a uint16 length, and a header with 16 parties fits in 16 KiB. */
export const MAX_ENTRY_SIZE = 16 * 1024;
/** Sum of a body's leaf bytes; anything longer, and every foreign format, is an attachment. */
export const MAX_BODY_SIZE = 64 * 1024;
/** Leaves of one body; always a multiple of {@link BODY_LEAF_STEP}. */
export const MAX_BODY_LEAVES = 1024;
/** Bodies are padded to a multiple of this many leaves, so that the number of fields does not show. */
export const BODY_LEAF_STEP = 8;
/** Nesting of strict JSON: deep enough for every kind, shallow enough never to overflow a stack. */
export const MAX_JSON_DEPTH = 16;
/** Charter text; it is leaf 0 of every log, and a bundle's uint16 length must carry it. */
export const MAX_CHARTER_SIZE = 60_000;
/** Parties of one channel; larger groups use bilateral channels. */
export const MAX_PARTIES = 16;
/** Logs of one party in one channel: one a restore or a theft, with much room; beyond it the parties open a successor channel. */
export const MAX_GENERATIONS = 1000;
/** Neutral hosts of one channel. */
export const MAX_HOSTS = 8;
/** Signature lines of one note. C2SP asks verifiers to take at least 16; 16 parties and 8 hosts with pairs need 48. */
export const MAX_NOTE_LINES = 64;
/** A whole checkpoint note with all its lines (64 ML-DSA lines of about 3.3 kB). */
export const MAX_CHECKPOINT_SIZE = 256 * 1024;
/** Consistency proof lines of one add-checkpoint request (C2SP tlog-witness). */
export const MAX_PROOF_LINES = 63;
/** Bytes of one attachment chunk. */
export const CHUNK_SIZE = 1024 * 1024;
/** Attachments named by one document. */
export const MAX_ATTACHMENTS = 16;
/** One attachment: 64 GiB keeps a chunk index in 16 bits. */
export const MAX_ATTACHMENT_SIZE = 64 * 1024 ** 3;
/** Chunks of files that one person hands over in a channel before a document names them: twice the largest file, and no disk is filled by who is enrolled alone. */
export const MAX_UNNAMED_CHUNKS = (2 * MAX_ATTACHMENT_SIZE) / CHUNK_SIZE;
/** Files of that sort: those of 64 full documents, few enough to be counted with each chunk. */
export const MAX_UNNAMED_FILES = 64 * MAX_ATTACHMENTS;
/** How long such a file is kept for its document where room is needed: longer than a document waits for its clearance. */
export const MAX_UNNAMED_AGE = 30 * 86_400;
/** Words kept for one exchange before a commitment to them stands in the log: a try that was broken off leaves one, and a desk has few of them. */
export const MAX_KEPT_WORDS = 64;
/** Times that a file is fetched whole from one holder whose chunks do not add up to it, before that holder rests: enough for a bad line, few for a bad party. */
export const MAX_SPOILED_FETCHES = 3;
/** How long one holder is asked for one file before the next holder and the next file have their turn: whoever gives slowly delays nobody by more. */
export const FETCH_TURN = 60;
/** Bytes that a holder of a log gives in a second, on average, if it is to go on after its first {@link FETCH_TURN}. */
export const MIN_PULL_RATE = 8 * 1024;
/** Times that another history of a log is pulled from one party in vain, before that party rests. */
export const MAX_VAIN_TRIALS = 3;
/** How long a party is not asked for a history that it shows and does not give: it may make us wait half a minute with each request. */
export const VAIN_REST = 86_400;
/** How long a file rests that nobody who was asked has given: it may be up to 64 GiB, and whoever spoils it makes us fetch it in vain. */
export const SPOILED_REST = 86_400;
/** References of one header: a matter's parent and what it answers, never a bulk list. */
export const MAX_REFS = 16;
/** Entries signed under one checkpoint at most; one batch is one push unit. */
export const MAX_BATCH_ENTRIES = 1000;
/**
 * Entries that are judged, folded and kept at once; a batch may bring more. What is made of them - some kilobytes each - lives until they are kept: four times
 * as many outlive two sweeps of the young heap, and whatever is made of them then costs twice as much.
 */
export const MAX_READ_ENTRIES = 256;
/** Bytes of entries and bodies under one checkpoint at most; bounds a receiver's memory. */
export const MAX_BATCH_SIZE = 8 * 1024 * 1024;
/** One push or other request body on the peers' door: a full batch and its framing. */
export const MAX_PUSH_SIZE = 16 * 1024 * 1024;
/** Clocks ahead of ours by more than this make a cosignature no receipt (record.md section 3). */
export const MAX_CLOCK_AHEAD = 300;
/** A claimed time before 2020-01-01 or more than a day ahead of its stamp is a finding, never void. */
export const EARLIEST_PLAUSIBLE_TIME = 1_577_836_800;
/** Age of an RFC 9421 signature: a replayed request must be this fresh, and its nonce is remembered as long. */
export const MAX_REQUEST_AGE = 300;
/** Unchanged heads are submitted again after this long, so that a host's time stays fresh. */
export const RESUBMIT_INTERVAL = 3600;
/** A file given to `parley check`: larger than any real bundle in use, small enough to parse in memory. */
export const MAX_CHECK_SIZE = 256 * 1024 * 1024;
/** A claimed time after 2100-01-01 is a finding. */
export const LATEST_PLAUSIBLE_TIME = 4_102_444_800;
/** Nesting of a foreign JSON or XML file: several times what any STIX, MISP or CSAF file uses. */
export const MAX_CHECK_DEPTH = 64;
/** Values (objects, lists, texts, numbers) of one foreign file: 100 times ATT&CK for ICS, and still within an ordinary heap. */
export const MAX_CHECK_VALUES = 5_000_000;
/** Keys of one object of a foreign file: beyond it every JSON parser slows down out of proportion, and no format has so many. */
export const MAX_CHECK_KEYS = 100_000;
/** Errors, and warnings, listed for one file; the rest is counted. More than a person reads. */
export const MAX_CHECK_FINDINGS = 100;
/** Documents disclosed in one proof file: a public statement's worth, each read and compared by a person. */
export const MAX_PROOF_DOCUMENTS = 256;
/** Entries of one log in a header range: some 30 MB of a file, which a page still reads. */
export const MAX_RANGE_ENTRIES = 40_000;
/** Logs that a host knows by their keys and has cosigned nothing of: 2 kB each, and an honest one is idle for seconds. */
export const MAX_IDLE_ORIGINS = 10_000;
/** New logs that one address tells a host of in an hour: a party with more channels that changes the keys of all of them at once waits for the rest. */
export const MAX_NEW_ORIGINS = 256;
/** Logs that a host cosigns: its mark, written with every cosignature, holds a line of 150 bytes for each. */
export const MAX_WITNESSED_ORIGINS = 20_000;
