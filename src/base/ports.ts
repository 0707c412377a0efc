/** The ports: every effect the rooms may have, typed here and implemented only by node, cli, sim, web and the store drivers. */

/** SHA-256 of one byte string, 32 bytes. Synchronous, since trees hash millions. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/**
 * Signature algorithms of the record. Raw keys: 32 bytes (Ed25519), 1,312 bytes (ML-DSA-44), 65 bytes `04 || x || y` (ECDSA over P-256 with
 * SHA-256: passkeys alone). Signatures: 64, 2,420 and 64 bytes (`r || s`, the smaller `s`).
 */
export type SignatureAlgorithm = 'ed25519' | 'ml-dsa-44' | 'ecdsa-p256';

/** One signature to check: raw public key, message, raw signature. */
export type SignatureCheck = {
  readonly algorithm: SignatureAlgorithm;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

/** Verdicts of many checks at once, in order; never throws on bad input, and may use worker threads. */
export type VerifySignatures = (checks: readonly SignatureCheck[]) => Promise<readonly boolean[]>;

/** What reading the record needs: hash and verify, no keys, no clock. */
export type Crypto = { readonly sha256: Sha256; readonly verify: VerifySignatures };

/** One private key at work; the key itself never leaves whoever implements this. */
export type Signer = {
  readonly algorithm: Exclude<SignatureAlgorithm, 'ecdsa-p256'>;
  /** Raw public key. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
};

/** The {@link Signer} of a 32-byte seed; the same seed always gives the same key. */
export type MakeSigner = (algorithm: Signer['algorithm'], seed: Uint8Array) => Signer;

/** The present, in whole seconds since 1970-01-01 UTC. */
export type Now = () => number;

/** Fresh unpredictable bytes. */
export type Random = (size: number) => Uint8Array;

/** Runs `work` once, `delayMs` from now, unless the function returned is called before; keeps no process alive. */
export type After = (delayMs: number, work: () => void) => () => void;

/** A pinned peer: where it listens and the SHA-256 of its TLS key (SPKI DER); plain HTTP has no pin and is for loopback alone. */
export type PeerAddress = { readonly url: string; readonly spki: Uint8Array };

/** A request to a pinned peer; `path` starts with `/` and may carry a query. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs?: number;
};

/** What came back; the body is bounded by the caller's `maxSize`. */
export type HttpResponse = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array };

/** The only way out to peers and hosts: refuses with `unreachable` or `pin_mismatch`, follows no redirect, decodes no compression. */
export type Http = (peer: PeerAddress, request: HttpRequest, maxSize: number) => Promise<HttpResponse>;

/** The off-backup mark (record.md section 6): small bytes that are durable when `write` resolves. */
export type MarkFile = {
  /** The bytes last written, or `undefined` when there is no mark. */
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<void>;
};
