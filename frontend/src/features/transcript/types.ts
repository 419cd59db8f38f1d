import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type Transcript = Schemas['Transcript'];
export type Segment = Schemas['Segment'];
export type Gap = Schemas['Gap'];
export type Role = Schemas['RoleEnum'];
export type Correction = Schemas['PatchedTranscriptCorrectionRequest'];
export type FileFormat = 'txt' | 'srt' | 'vtt' | 'json';
