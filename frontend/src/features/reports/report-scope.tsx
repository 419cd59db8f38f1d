import { createContext, use } from 'react';

import type { ReportSaver, SaverState } from './report-saver';
import type { Claim, Report, Session } from './types';

/** What Draft again is doing to a section: the old claims are kept here until one of the two is chosen. */
export interface Redraft {
  section: string;
  before: Claim[];
  version: number;
  /** When the session last changed its status before. */
  since: string;
  phase: 'drafting' | 'compare' | 'failed';
  error?: unknown;
}

export interface ReportScope {
  session: Session;
  report: Report;
  saver: ReportSaver;
  state: SaverState;
  editable: boolean;
  /** The selected claim or flag. */
  active: string | null;
  choose: (id: string, options?: { play?: boolean }) => void;
  editing: string | null;
  setEditing: (id: string | null) => void;
  redraft: Redraft | null;
  startRedraft: (section: string) => void;
  endRedraft: () => void;
}

const ReportScopeContext = createContext<ReportScope | null>(null);

export const ReportScopeProvider = ReportScopeContext.Provider;

export function useReportScope(): ReportScope {
  const scope = use(ReportScopeContext);
  if (!scope) throw new Error('useReportScope needs a report');
  return scope;
}
