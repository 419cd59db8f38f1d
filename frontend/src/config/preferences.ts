/** The few choices that outlive a visit. Nothing else may be written to localStorage, no patient data above all. */
import { useSyncExternalStore } from 'react';

export const LANGUAGES = ['en', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];
export type ColorScheme = 'light' | 'dark' | 'auto';

export interface Preferences {
  language: Language;
  theme: ColorScheme;
  shortcuts: boolean;
}

const KEY = 'preferences';
const listeners = new Set<() => void>();

function defaults(): Preferences {
  const wanted = typeof navigator === 'undefined' ? 'en' : navigator.language.slice(0, 2);
  return { language: wanted === 'ar' ? 'ar' : 'en', theme: 'auto', shortcuts: true };
}

function read(): Preferences {
  const base = defaults();
  try {
    // eslint-disable-next-line no-restricted-globals -- this module is the one place that may
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return base;
    const from = stored as Partial<Record<keyof Preferences, unknown>>;
    return {
      language: LANGUAGES.find((language) => language === from.language) ?? base.language,
      theme: (['light', 'dark', 'auto'] as const).find((theme) => theme === from.theme) ?? base.theme,
      shortcuts: typeof from.shortcuts === 'boolean' ? from.shortcuts : base.shortcuts,
    };
  } catch {
    return base;
  }
}

let current = read();

export function getPreferences(): Preferences {
  return current;
}

export function setPreferences(changed: Partial<Preferences>): void {
  current = { ...current, ...changed };
  try {
    // eslint-disable-next-line no-restricted-globals -- this module is the one place that may
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that refuses storage keeps the choice for this visit.
  }
  listeners.forEach((listener) => { listener(); });
}

// A choice made in another tab is followed here.
globalThis.addEventListener?.('storage', ({ key }) => {
  if (key !== KEY) return;
  current = read();
  listeners.forEach((listener) => { listener(); });
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, getPreferences);
}
