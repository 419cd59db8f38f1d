import type { components } from '../api/schema';

type Schemas = components['schemas'];
let made = 0;

export function uuid(): string {
  made += 1;
  return `00000000-0000-4000-8000-${made.toString().padStart(12, '0')}`;
}

export const makeTherapist = (fields: Partial<Schemas['Therapist']> = {}): Schemas['Therapist'] => ({
  id: uuid(),
  email: 'nadia@clinic.example',
  full_name: 'Nadia Rahman',
  credentials: 'LCSW',
  specialization: '',
  license_number: '',
  clinic_name: '',
  country: 'GB',
  language: 'en',
  time_zone: 'UTC',
  note_format: 'soap',
  created_at: '2026-11-02T09:00:00Z',
  ...fields,
});

export const makePatient = (fields: Partial<Schemas['Patient']> = {}): Schemas['Patient'] => ({
  id: uuid(),
  full_name: 'Daniel Reyes',
  date_of_birth: '1988-04-14',
  gender: '',
  email: '',
  phone: '',
  external_id: '2026-0417',
  pronouns: 'he/him',
  notes: '',
  last_session: null,
  next_session: null,
  open_items: { drafts: 0, risks: 0 },
  erased_from: null,
  created_at: '2026-10-05T09:00:00Z',
  updated_at: '2026-10-05T09:00:00Z',
  ...fields,
});
