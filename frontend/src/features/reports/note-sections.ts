/** Where a sentence that the clinician writes under a heading of the note belongs, so that it stays there. */
import type { Claim } from './types';

type Place = Pick<Claim, 'section' | 'topic'>;

const PLACES: Record<string, Place> = {
  summary: { section: 'summary', topic: 'concern' },
  treatment_plan: { section: 'treatment_plan', topic: 'plan' },
  plan: { section: 'treatment_plan', topic: 'plan' },
  objective: { section: 'key_points', topic: 'intervention' },
  intervention: { section: 'key_points', topic: 'intervention' },
  response: { section: 'key_points', topic: 'response' },
  assessment: { section: 'key_points', topic: 'assessment' },
  goal: { section: 'key_points', topic: 'goal' },
};

export const placeOf = (heading: string): Place => PLACES[heading] ?? { section: 'key_points', topic: 'concern' };
