import { act } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';

import { renderWith } from '../testing/render-app';
import { handleShortcut } from './shortcuts';
import { nextMoment, useStepKeys, type Way } from './steps';

function Part({ name, log }: { name: string; log: string[] }) {
  const [steps, setSteps] = useState<Record<Way, number[]>>({ undo: [], redo: [] });
  useStepKeys(name, { undo: 'Undo', redo: 'Redo' }, {
    at: (way) => steps[way].at(-1),
    take: (way) => {
      log.push(`${way} ${name}`);
      const back = way === 'undo' ? 'redo' : 'undo';
      setSteps((old) => ({ ...old, [way]: old[way].slice(0, -1), [back]: [...old[back], nextMoment()] }));
    },
  });
  return <button onClick={() => { setSteps((old) => ({ undo: [...old.undo, nextMoment()], redo: [] })); }}>{name}</button>;
}

it('takes the newest step of all parts back first, and does them again in turn', async () => {
  const log: string[] = [];
  const { user, getByText } = await renderWith(<><Part name="words" log={log} /><Part name="note" log={log} /></>);
  const press = (shiftKey: boolean) => {
    act(() => { handleShortcut(new KeyboardEvent('keydown', { code: 'KeyZ', ctrlKey: true, shiftKey })); });
  };
  await user.click(getByText('words'));
  await user.click(getByText('note'));
  await user.click(getByText('words'));
  press(false); press(false); press(false); press(false);
  expect(log).toEqual(['undo words', 'undo note', 'undo words']);
  log.length = 0;
  press(true); press(true); press(true);
  expect(log).toEqual(['redo words', 'redo note', 'redo words']);
});
