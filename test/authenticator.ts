/** A software authenticator (WebAuthn level 3): one ES256 passkey with user verification, for tests that sign people in without a browser. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

type Options = { readonly challenge: string; readonly rp?: { readonly id?: string }; readonly rpId?: string };

/** A passkey of a page at `origin`; its methods give what a browser would hand to the node. */
export class Authenticator {
  readonly #origin: string;
  readonly #id = randomBytes(32);
  readonly #key: KeyObject;
  readonly #x: Buffer;
  readonly #y: Buffer;

  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    this.#origin = origin;
    this.#key = privateKey;
    this.#x = Buffer.from(jwk.x ?? '', 'base64url');
    this.#y = Buffer.from(jwk.y ?? '', 'base64url');
  }

  /** The answer to registration options. */
  create(options: Options) {
    const clientData = this.#clientData('webauthn.create', options.challenge);
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      this.#x,
      Buffer.from([0x22, 0x58, 0x20]),
      this.#y,
    ]);
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.#id.length]), this.#id, cose]);
    const data = Buffer.concat([this.#authenticatorData(options.rp?.id ?? '', 0x45), attested]);
    // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR.
    const object = Buffer.concat([
      Buffer.from([0xa3]),
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      Buffer.from([0xa0]),
      cborText('authData'),
      Buffer.from([0x59, data.length >> 8, data.length & 255]),
      data,
    ]);
    return this.#response({
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: object.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** The answer to login options. */
  get(options: Options) {
    const clientData = this.#clientData('webauthn.get', options.challenge);
    const data = this.#authenticatorData(options.rpId ?? '', 0x05);
    const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(clientData).digest()]), this.#key);
    return this.#response({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
    });
  }

  #response<T extends object>(response: T) {
    const id = this.#id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }

  /** Flags: 0x01 user present, 0x04 user verified, 0x40 attested credential data. */
  #authenticatorData(rpId: string, flags: number): Buffer {
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags, 0, 0, 0, 0])]);
  }
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}
