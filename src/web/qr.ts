/**
 * QR codes of short texts (ISO/IEC 18004, byte mode, error correction M, versions 1 to 10), for the foot of printed pages.
 * Nothing else on a page needs one, so this is the whole of it.
 */

/** Per version: error correction bytes of a block, then how many data bytes each block has. */
const VERSIONS: readonly (readonly [ecc: number, blocks: readonly number[], align: readonly number[]])[] = [
  [10, [16], []],
  [16, [28], [6, 18]],
  [26, [44], [6, 22]],
  [18, [32, 32], [6, 26]],
  [24, [43, 43], [6, 30]],
  [16, [27, 27, 27, 27], [6, 34]],
  [18, [31, 31, 31, 31], [6, 22, 38]],
  [22, [38, 38, 39, 39], [6, 24, 42]],
  [22, [36, 36, 36, 37, 37], [6, 26, 46]],
  [26, [43, 43, 43, 43, 44], [6, 28, 50]],
];

type Grid = { readonly size: number; readonly dark: boolean[][]; readonly fixed: boolean[][] };

/** The modules of a QR code, row by row, true where dark; `undefined` when the text is longer than 213 bytes. */
export function qrModules(text: string): readonly (readonly boolean[])[] | undefined {
  const bytes = new TextEncoder().encode(text);
  const at = VERSIONS.findIndex(([, blocks], i) => blocks.reduce((sum, n) => sum + n, 0) >= bytes.length + (i < 9 ? 2 : 3));
  const version = VERSIONS[at];
  if (version === undefined) return undefined;
  const [ecc, blocks, align] = version;
  const grid = drawFixed(at + 1, align);
  placeData(grid, interleave(dataBytes(bytes, blocks, at + 1), blocks, ecc));
  let best: { dark: boolean[][]; score: number } | undefined;
  for (let mask = 0; mask < 8; mask++) {
    const dark = masked(grid, mask);
    const score = penalty(dark);
    if (best === undefined || score < best.score) best = { dark, score };
  }
  return best?.dark;
}

/** One SVG path of the dark modules, a unit each; the caller leaves four units of quiet around. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  return modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
}

function dataBytes(bytes: Uint8Array, blocks: readonly number[], version: number): number[] {
  const capacity = blocks.reduce((sum, n) => sum + n, 0);
  const bits: number[] = [];
  const push = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, capacity * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const out: number[] = [];
  for (let i = 0; i < bits.length; i += 8) out.push(Number.parseInt(bits.slice(i, i + 8).join(''), 2));
  for (let pad = 0xec; out.length < capacity; pad ^= 0xec ^ 0x11) out.push(pad);
  return out;
}

function interleave(data: readonly number[], blocks: readonly number[], ecc: number): number[] {
  const divisor = generator(ecc);
  let from = 0;
  const parts = blocks.map((length) => {
    const part = data.slice(from, from + length);
    from += length;
    return { part, check: remainder(part, divisor) };
  });
  const out: number[] = [];
  for (let i = 0; i < Math.max(...blocks); i++) for (const { part } of parts) if (i < part.length) out.push(part[i] ?? 0);
  for (let i = 0; i < ecc; i++) for (const { check } of parts) out.push(check[i] ?? 0);
  return out;
}

/** Multiplication in GF(2^8) modulo 0x11d. */
function multiply(a: number, b: number): number {
  let out = 0;
  for (let i = 7; i >= 0; i--) out = (out << 1) ^ ((out >>> 7) * 0x11d) ^ (((b >>> i) & 1) * a);
  return out & 0xff;
}

function generator(degree: number): number[] {
  const out = new Array<number>(degree).fill(0);
  out[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) out[j] = multiply(out[j] ?? 0, root) ^ (out[j + 1] ?? 0);
    root = multiply(root, 2);
  }
  return out;
}

function remainder(data: readonly number[], divisor: readonly number[]): number[] {
  const out = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (out.shift() ?? 0);
    out.push(0);
    divisor.forEach((d, i) => {
      out[i] = (out[i] ?? 0) ^ multiply(d, factor);
    });
  }
  return out;
}

function set(grid: Grid, x: number, y: number, dark: boolean): void {
  const row = grid.dark[y];
  const fixed = grid.fixed[y];
  if (row === undefined || fixed === undefined || x < 0 || x >= grid.size) return;
  row[x] = dark;
  fixed[x] = true;
}

function drawFixed(version: number, align: readonly number[]): Grid {
  const size = 17 + 4 * version;
  const empty = () => Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const grid: Grid = { size, dark: empty(), fixed: empty() };
  for (let i = 0; i < size; i++) {
    set(grid, 6, i, i % 2 === 0);
    set(grid, i, 6, i % 2 === 0);
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(grid, cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
  }
  const last = align.length - 1;
  align.forEach((cx, i) => {
    align.forEach((cy, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
      for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) set(grid, cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    });
  });
  drawFormat(grid, 0);
  if (version >= 7) drawVersion(grid, version);
  return grid;
}

function drawFormat(grid: Grid, mask: number): void {
  // Level M is 00; BCH(15,5) with 0x537, then the fixed mask.
  let rest = mask;
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const bit = (i: number) => ((bits >>> i) & 1) === 1;
  for (let i = 0; i <= 5; i++) set(grid, 8, i, bit(i));
  set(grid, 8, 7, bit(6));
  set(grid, 8, 8, bit(7));
  set(grid, 7, 8, bit(8));
  for (let i = 9; i < 15; i++) set(grid, 14 - i, 8, bit(i));
  for (let i = 0; i < 8; i++) set(grid, grid.size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i++) set(grid, 8, grid.size - 15 + i, bit(i));
  set(grid, 8, grid.size - 8, true);
}

function drawVersion(grid: Grid, version: number): void {
  let rest = version;
  for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i++) {
    const dark = ((bits >>> i) & 1) === 1;
    const a = grid.size - 11 + (i % 3);
    const b = Math.floor(i / 3);
    set(grid, a, b, dark);
    set(grid, b, a, dark);
  }
}

/** Two columns at a time from the right, up and down in turn, past the timing column. */
function placeData(grid: Grid, bytes: readonly number[]): void {
  let at = 0;
  for (let right = grid.size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < grid.size; step++) {
      const y = ((right + 1) & 2) === 0 ? grid.size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = grid.dark[y];
        if (row === undefined || grid.fixed[y]?.[x] === true || at >= bytes.length * 8) continue;
        row[x] = (((bytes[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1;
        at++;
      }
    }
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function masked(grid: Grid, mask: number): boolean[][] {
  const flips = MASKS[mask];
  const dark = grid.dark.map((row, y) => row.map((cell, x) => (grid.fixed[y]?.[x] === true ? cell : cell !== flips?.(x, y))));
  drawFormat({ ...grid, dark }, mask);
  return dark;
}

/** The four penalties of the standard: runs, squares, what looks like a finder, imbalance. */
function penalty(dark: readonly (readonly boolean[])[]): number {
  const size = dark.length;
  const columns = dark.map((_, x) => dark.map((row) => row[x] === true));
  let score = 0;
  for (const line of [...dark, ...columns]) {
    const text = line.map((cell) => (cell ? '1' : '0')).join('');
    for (const run of text.matchAll(/0{5,}|1{5,}/g)) score += run[0].length - 2;
    for (let x = 0; x + 11 <= size; x++) if (/^(10111010000|00001011101)$/.test(text.slice(x, x + 11))) score += 40;
  }
  for (let y = 0; y + 1 < size; y++)
    for (let x = 0; x + 1 < size; x++) {
      const cell = dark[y]?.[x];
      if (cell === dark[y]?.[x + 1] && cell === dark[y + 1]?.[x] && cell === dark[y + 1]?.[x + 1]) score += 3;
    }
  const share = dark.flat().filter(Boolean).length / (size * size);
  return score + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}
