/** What can be sent: a chosen file, or a recording of this browser. */
export interface Source {
  filename: string;
  size: number;
  read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>;
}

export function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => { resolve(new Uint8Array(reader.result as ArrayBuffer)); };
    reader.onerror = () => { reject(reader.error ?? new Error('unreadable')); };
    reader.readAsArrayBuffer(blob);
  });
}

export const fileSource = (file: Blob, filename: string): Source => ({
  filename,
  size: file.size,
  read: (from, to) => bytesOf(file.slice(from, to)),
});

/** In hexadecimal; empty where the page may not hash, which is on plain http away from this machine. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = (globalThis.crypto as Partial<Crypto>).subtle;
  if (!subtle) return '';
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
