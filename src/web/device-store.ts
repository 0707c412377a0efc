/** What this browser keeps for one party: signing keys, drafts, remembered heads. Never sent; unlike any other party's on this machine. */

const STORES = ['keys', 'drafts', 'heads'] as const;

export type StoreName = (typeof STORES)[number];

/** A value kept under a key, or `undefined`. */
export async function readDevice<T>(prefix: string, store: StoreName, key: string): Promise<T | undefined> {
  return (await request(prefix, store, 'readonly', (objects) => objects.get(key))) as T | undefined;
}

/** Keeps a value (anything structured clone carries, non-extractable keys included). */
export async function writeDevice(prefix: string, store: StoreName, key: string, value: unknown): Promise<void> {
  await request(prefix, store, 'readwrite', (objects) => objects.put(value, key));
}

/** Forgets a value. */
export async function forgetDevice(prefix: string, store: StoreName, key: string): Promise<void> {
  await request(prefix, store, 'readwrite', (objects) => objects.delete(key));
}

/** All keys of one store. */
export async function listDevice(prefix: string, store: StoreName): Promise<readonly string[]> {
  return ((await request(prefix, store, 'readonly', (objects) => objects.getAllKeys())) as IDBValidKey[]).map(String);
}

async function request(prefix: string, store: StoreName, mode: IDBTransactionMode, act: (objects: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const db = await open(prefix);
  try {
    const transaction = db.transaction(store, mode, { durability: 'strict' });
    const asked = act(transaction.objectStore(store));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
    return asked.result;
  } finally {
    db.close();
  }
}

function open(prefix: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(`${prefix}device`, 1);
    asked.onupgradeneeded = () => {
      for (const store of STORES) asked.result.createObjectStore(store);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
