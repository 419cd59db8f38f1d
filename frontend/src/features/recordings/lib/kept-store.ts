/** What this browser keeps until the server has it: recordings in chunks as they come, and chosen files. */

export interface Kept {
  id: string;
  sessionId: string;
  /** Whose it is: others on this device are not offered it. */
  owner: string;
  kind: 'recording' | 'file';
  filename: string;
  mediaType: string;
  startedAt: string;
  ms: number;
  size: number;
  /** Each start of the microphone is one take, with the place where it begins. */
  takes: number[];
  uploadId: string | null;
  /** Ended by the user: it is only to be sent. */
  ended: boolean;
  /** Of a chosen file, where the browser can keep it. */
  file: Blob | null;
}

export interface Chunk {
  keptId: string;
  index: number;
  take: number;
  bytes: ArrayBuffer;
}

const NAME = 'recordings';
let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const database = request.result;
      database.createObjectStore('kept', { keyPath: 'id' }).createIndex('session', 'sessionId');
      database.createObjectStore('chunks', { keyPath: ['keptId', 'index'] });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      resolve(request.result);
    };
    request.onerror = () => { opening = null; reject(request.error ?? new Error('no storage')); };
  });
  return opening;
}

const answer = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => { resolve(request.result); };
  request.onerror = () => { reject(request.error ?? new Error('storage failed')); };
});

/** Resolves when the write is on the disk as far as the browser tells. */
async function write(stores: string[], work: (transaction: IDBTransaction) => void): Promise<void> {
  const transaction = (await open()).transaction(stores, 'readwrite');
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => { resolve(); };
    transaction.onabort = () => { reject(transaction.error ?? new Error('storage failed')); };
  });
  work(transaction);
  await done;
}

export const keep = (kept: Kept): Promise<void> => write(['kept'], (transaction) => { transaction.objectStore('kept').put(kept); });

/** One more piece of sound and how far it goes, in one transaction. */
export const keepChunk = (kept: Kept, chunk: Chunk): Promise<void> => write(['kept', 'chunks'], (transaction) => {
  transaction.objectStore('chunks').put(chunk);
  transaction.objectStore('kept').put(kept);
});

export async function keptOf(sessionId: string, owner: string): Promise<Kept[]> {
  const store = (await open()).transaction('kept').objectStore('kept');
  const all = await answer(store.index('session').getAll(sessionId) as IDBRequest<Kept[]>);
  return all.filter((one) => one.owner === owner);
}

const chunksRange = (keptId: string) => IDBKeyRange.bound([keptId, 0], [keptId, Infinity]);

export async function chunksOf(keptId: string): Promise<Chunk[]> {
  const store = (await open()).transaction('chunks').objectStore('chunks');
  return answer(store.getAll(chunksRange(keptId)) as IDBRequest<Chunk[]>);
}

export const forget = (keptId: string): Promise<void> => write(['kept', 'chunks'], (transaction) => {
  transaction.objectStore('kept').delete(keptId);
  transaction.objectStore('chunks').delete(chunksRange(keptId));
});
