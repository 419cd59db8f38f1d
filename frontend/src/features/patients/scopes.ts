import type { Consents } from './api/get-consents';

export type Scope = keyof Consents;

/** In the order in which they are asked for. */
export const SCOPES = ['record', 'ai_processing', 'retain_audio', 'retain_transcript', 'training_use'] as const satisfies readonly Scope[];
