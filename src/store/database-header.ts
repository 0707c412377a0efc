import { APPLICATION_ID } from './database.ts';

/** Bytes of a database file's header (SQLite file format, section 1.3). */
export const DATABASE_HEADER_SIZE = 100;

/** Whether a file that begins so is, or was before it was damaged, a database of this program. */
export function isOurDatabase(bytes: Uint8Array): boolean {
  if (bytes.length < DATABASE_HEADER_SIZE) return false;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, DATABASE_HEADER_SIZE);
  return header.subarray(0, 16).equals(Buffer.from('SQLite format 3\0')) && header.readUInt32BE(68) === APPLICATION_ID;
}
