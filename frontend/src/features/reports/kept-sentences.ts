/** Sentences of the note that were typed and are not saved yet, over a reload. */
import type { Edit } from './edits';
import { forgetWork, keepWork, keptWork, sentencesOf } from './kept-work';
import type { Report } from './types';

type Typed = Extract<Edit, { kind: 'text' | 'add' }>;

const isTyped = (edit: Edit): edit is Typed => edit.kind === 'text' || edit.kind === 'add';

export function keepSentences(owner: string, sessionId: string, waiting: readonly Edit[]): void {
  const typed = waiting.filter(isTyped);
  void (typed.length > 0 ? keepWork(owner, sentencesOf(sessionId), typed) : forgetWork(owner, sentencesOf(sessionId)));
}

/** Those that the report does not have: what was on its way when the page was left may have arrived. */
export async function keptSentences(owner: string, sessionId: string, { claims }: Report): Promise<Edit[]> {
  const kept = (await keptWork(owner, sentencesOf(sessionId))) as Typed[] | undefined;
  return (kept ?? []).filter((edit) => (edit.kind === 'add'
    ? !claims.some(({ section, text }) => section === edit.section && text === edit.text)
    : claims.some(({ id, text }) => id === edit.id && text !== edit.text)));
}
