import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { claim } from './claim';
import { keptOf, type Kept } from './kept-store';
import { useKept } from './transfers';

vi.mock('./claim', () => ({ claim: vi.fn() }));
vi.mock('./kept-store', async (actual) => ({ ...(await actual<object>()), keptOf: vi.fn() }));

const kept = { id: 'k1', kind: 'recording', sessionId: 's1', owner: 'o1', size: 9 } as Kept;
const idle = { task: null, recorder: null };

beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(keptOf).mockResolvedValue([kept]);
});
afterEach(() => { vi.useRealTimers(); });

it('offers what was kept as soon as nobody else has it in hand', async () => {
  vi.mocked(claim).mockResolvedValueOnce(null).mockResolvedValue(() => undefined);
  const { result } = renderHook(() => useKept('s1', 'o1', idle));
  await act(() => vi.advanceTimersByTimeAsync(100));
  expect(result.current[0]).toEqual([]);
  await act(() => vi.advanceTimersByTimeAsync(2500));
  expect(result.current[0]).toEqual([kept]);
});
