/** What is put in the place of the recording now: another file, a typed text, or nothing. */
export type Replacing = 'file' | 'text' | null;
