import { hash } from 'node:crypto';
import { closeSync, constants, fdatasyncSync, fstatSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { equal, readU64, u64 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { MarkFile } from '../base/ports.ts';
import { readBounded, replaceFile } from './durable-file.ts';

/** A mark holds some 150 bytes a log; a larger file was never one. */
const MAX_MARK_SIZE = 64 * 1024 * 1024;
/** Slots begin and end where blocks of the disk do: writing one cannot tear the other. */
const BLOCK_SIZE = 4096;
const MAGIC = Buffer.from('parley-mark/2\n\0\0');
/** Magic, u64 sequence, u64 length, SHA-256 over sequence, length and bytes. */
const HEADER_SIZE = MAGIC.length + 8 + 8 + 32;

type Slot = { readonly sequence: number; readonly bytes: Uint8Array };

/** Where the next write goes, and the file it was seen in. */
type Place = { readonly inode: number; readonly slotSize: number; readonly next: 0 | 1; readonly sequence: number };

/**
 * The {@link MarkFile} of a data directory: `<directory>.mark`, beside it and never inside, so that a copy of the directory does not hold it.
 *
 * Two slots of equal length in one file that has its length already, written in turn, each with its number and a hash: a write is one write and
 * one fdatasync, and a crash in it spoils that slot alone, so that what is read is the bytes before or the bytes after. A file that is
 * not there, not ours or too short for the bytes is replaced whole. Refuses with `disk_full`; after any other fault of the disk every later write
 * throws it again, since an fsync that failed once tells nothing when it is repeated.
 */
export function markFile(directory: string): MarkFile {
  const path = markPath(directory);
  let last: Promise<unknown> = Promise.resolve();
  let place: Place | undefined;
  let fault: unknown;

  const write = async (bytes: Uint8Array): Promise<void> => {
    if (fault !== undefined) throw fault;
    try {
      place = (place && writeSlot(path, place, bytes)) ?? (await replaceSlots(path, bytes));
    } catch (error) {
      if (!(error instanceof ParleyError)) fault = error;
      throw error;
    }
  };
  return {
    async read() {
      const found = await readSlots(path);
      return found?.slot.bytes;
    },
    write(bytes) {
      // One after another, in the order asked: the last asked for must be the one that stays.
      const written = last.then(() => write(bytes));
      last = written.catch(() => undefined);
      return written;
    },
  };
}

/** Where the mark of a data directory lies, absolute. */
export function markPath(directory: string): string {
  return `${resolve(directory)}.mark`;
}

/** Writes into the older slot; `undefined` where the file is not the one seen last or the slot is too short. */
function writeSlot(path: string, place: Place, bytes: Uint8Array): Place | undefined {
  if (HEADER_SIZE + bytes.length > place.slotSize) return undefined;
  let file: number;
  try {
    // Opened anew each time: whoever took the file away or put another in its place must not have us write into nowhere.
    file = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { ino, size } = fstatSync(file);
    if (ino !== place.inode || size !== 2 * place.slotSize) return undefined;
    const slot = formatSlot({ sequence: place.sequence, bytes });
    for (let at = 0; at < slot.length; ) at += writeSync(file, slot, at, slot.length - at, place.next * place.slotSize + at);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
  return { ...place, next: place.next === 0 ? 1 : 0, sequence: place.sequence + 1 };
}

/** Puts a file with these bytes in its first slot in place of whatever is there, with room to grow. */
async function replaceSlots(path: string, bytes: Uint8Array): Promise<Place> {
  const slotSize = Math.ceil((HEADER_SIZE + 2 * bytes.length) / BLOCK_SIZE) * BLOCK_SIZE;
  const sequence = ((await readSlots(path))?.slot.sequence ?? 0) + 1;
  const whole = new Uint8Array(2 * slotSize);
  whole.set(formatSlot({ sequence, bytes }));
  await replaceFile(path, whole);
  const file = openSync(path, constants.O_RDONLY);
  try {
    return { inode: fstatSync(file).ino, slotSize, next: 1, sequence: sequence + 1 };
  } finally {
    closeSync(file);
  }
}

/** The newest whole slot of the file. */
async function readSlots(path: string): Promise<{ slot: Slot } | undefined> {
  const whole = await readBounded(path, MAX_MARK_SIZE);
  if (whole === undefined || whole.length % (2 * BLOCK_SIZE) !== 0) return undefined;
  const half = whole.length / 2;
  const slots = [whole.subarray(0, half), whole.subarray(half)].map(parseSlot).filter((slot) => slot !== undefined);
  const [slot] = slots.sort((a, b) => b.sequence - a.sequence);
  return slot && { slot };
}

function formatSlot({ sequence, bytes }: Slot): Uint8Array {
  const out = new Uint8Array(HEADER_SIZE + bytes.length);
  out.set(MAGIC);
  out.set(u64(sequence), MAGIC.length);
  out.set(u64(bytes.length), MAGIC.length + 8);
  out.set(bytes, HEADER_SIZE);
  out.set(digestOf(out, bytes.length), HEADER_SIZE - 32);
  return out;
}

function parseSlot(slot: Uint8Array): Slot | undefined {
  if (slot.length < HEADER_SIZE || !equal(slot.subarray(0, MAGIC.length), MAGIC)) return undefined;
  const sequence = readU64(slot, MAGIC.length);
  const length = readU64(slot, MAGIC.length + 8);
  if (sequence === undefined || length === undefined || HEADER_SIZE + length > slot.length) return undefined;
  if (!equal(digestOf(slot, length), slot.subarray(HEADER_SIZE - 32, HEADER_SIZE))) return undefined;
  return { sequence, bytes: slot.slice(HEADER_SIZE, HEADER_SIZE + length) };
}

function digestOf(slot: Uint8Array, length: number): Uint8Array {
  const numbers = slot.subarray(MAGIC.length, MAGIC.length + 16);
  return hash('sha256', Buffer.concat([numbers, slot.subarray(HEADER_SIZE, HEADER_SIZE + length)]), 'buffer');
}
