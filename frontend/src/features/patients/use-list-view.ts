import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

export const SORTS = ['full_name', 'external_id', 'date_of_birth', 'updated_at'] as const;
export type Sort = (typeof SORTS)[number];
export type Ordering = Sort | `-${Sort}`;
export const ORDERINGS: readonly Ordering[] = SORTS.flatMap((sort): Ordering[] => [sort, `-${sort}`]);
export const CHANGED = ['any', '7', '30'] as const;
export type Changed = (typeof CHANGED)[number];

export interface ListView {
  search: string;
  ordering: Ordering;
  changed: Changed;
  page: number;
}

export const FIRST_VIEW: ListView = { search: '', ordering: 'full_name', changed: 'any', page: 1 };
const KEY = ['patients-view'];

/** What is searched for stays in memory, for coming back from a patient: names do not belong into addresses. */
export function useListView() {
  const queryClient = useQueryClient();
  const [view, setView] = useState(() => queryClient.getQueryData<ListView>(KEY) ?? FIRST_VIEW);
  const change = (changed: Partial<ListView>) => {
    // Another search or order starts on its first page.
    const next = { ...view, page: 1, ...changed };
    queryClient.setQueryData(KEY, next);
    setView(next);
  };
  return { view, change };
}
