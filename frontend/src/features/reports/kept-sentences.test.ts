import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';

import type { Edit } from './edits';
import { keepSentences, keptSentences } from './kept-sentences';
import { makeClaim, makeReport } from './testing-report';

it('gives back the words that the report does not have', async () => {
  const [saved, mine, gone] = [makeClaim({ text: 'Sleeps better.' }), makeClaim(), makeClaim()];
  const text = (id: string, words: string): Edit => ({ kind: 'text', id, text: words, base: 'Sleeps three hours.' });
  const add = (words: string): Edit => ({ kind: 'add', section: 'key_points', topic: 'concern', text: words });
  const waiting = [
    text(saved.id, 'Sleeps better.'), text(mine.id, 'Sleeps four hours.'), text(gone.id, 'Sleeps.'), add('Eats well.'), add('Sleeps better.'),
  ];
  keepSentences('nadia', 'session', [...waiting, { kind: 'claim', id: mine.id, change: { removed: true } }]);
  const report = makeReport({ claims: [saved, mine] });
  expect(await keptSentences('nadia', 'session', report)).toEqual([waiting[1], waiting[3]]);
  expect(await keptSentences('somebody else', 'session', report)).toEqual([]);
  keepSentences('nadia', 'session', []);
  expect(await keptSentences('nadia', 'session', report)).toEqual([]);
});
