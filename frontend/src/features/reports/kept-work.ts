/**
 * What was typed or replaced and is not on the server yet, kept over a reload: reasons, sentences, the private note
 * and sections drafted again.
 * Each therapist sees only their own; the end of a visit wipes all of it. Without storage the app works as before.
 */
const NAME = 'unfinished';
const STORE = 'work';

interface Row {
  owner: string;
  id: string;
  value: unknown;
}

let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => { request.result.createObjectStore(STORE, { keyPath: ['owner', 'id'] }); };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      resolve(request.result);
    };
    request.onerror = () => { opening = null; reject(request.error ?? new Error('no storage')); };
  });
  return opening;
}

async function work<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  try {
    const request = ask((await open()).transaction(STORE, mode).objectStore(STORE));
    return await new Promise<T>((resolve, reject) => {
      request.onsuccess = () => { resolve(request.result); };
      request.onerror = () => { reject(request.error ?? new Error('storage failed')); };
    });
  } catch {
    return undefined;
  }
}

export const reasonOf = (flagId: string): string => `reason ${flagId}`;
export const noteOf = (sessionId: string): string => `note ${sessionId}`;
export const sentencesOf = (sessionId: string): string => `sentences ${sessionId}`;
export const redraftOf = (sessionId: string): string => `redraft ${sessionId}`;

export async function keepWork(owner: string, id: string, value: unknown): Promise<void> {
  await work('readwrite', (store) => store.put({ owner, id, value } satisfies Row));
}

export async function keptWork(owner: string, id: string): Promise<unknown> {
  const row = await work('readonly', (store) => store.get([owner, id]) as IDBRequest<Row | undefined>);
  return row?.value;
}

export async function forgetWork(owner: string, id: string): Promise<void> {
  await work('readwrite', (store) => store.delete([owner, id]));
}

/** At the end of a visit. */
export async function wipeWork(): Promise<void> {
  await work('readwrite', (store) => store.clear());
}
