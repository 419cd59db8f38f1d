import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';

import { getPreferences, usePreferences, type Language } from '../config/preferences';
import { makeFormatter, type Formatter } from './format';
import type { Catalog } from './registry';
import { makeTranslator, type Translator } from './translate';

export type Direction = 'ltr' | 'rtl';

interface I18n extends Translator {
  language: Language;
  direction: Direction;
  format: Formatter;
}

const I18nContext = createContext<I18n | null>(null);
const loaders: Record<Language, () => Promise<Catalog>> = {
  en: async () => (await import('./catalog-en')).catalog,
  ar: async () => (await import('./catalog-ar')).catalog,
};

export const directionOf = (language: Language): Direction => (language === 'ar' ? 'rtl' : 'ltr');

export interface Loaded {
  language: Language;
  catalog: Catalog;
}

/** The messages of a language, fetched once. */
export async function loadLanguage(language: Language = getPreferences().language): Promise<Loaded> {
  return { language, catalog: await loaders[language]() };
}

interface Props {
  initial: Loaded;
  /** From the profile; the browser's own when nobody is signed in. */
  country?: string;
  timeZone?: string;
  children: ReactNode;
}

/** Keeps the old language on the screen until the messages of the new one are there. */
export function I18nProvider({ initial, country, timeZone, children }: Props) {
  const wanted = usePreferences().language;
  const [loaded, setLoaded] = useState(initial);

  useEffect(() => {
    if (wanted === loaded.language) return;
    let current = true;
    void loadLanguage(wanted).then((next) => { if (current) setLoaded(next); }, () => undefined);
    return () => { current = false; };
  }, [wanted, loaded.language]);

  const value = useMemo<I18n>(() => {
    const { language, catalog } = loaded;
    const locale = localeOf(language, country);
    return {
      language,
      direction: directionOf(language),
      format: makeFormatter(locale, timeZone),
      ...makeTranslator(catalog, language, locale),
    };
  }, [loaded, country, timeZone]);

  useEffect(() => {
    document.documentElement.lang = value.language;
    document.documentElement.dir = value.direction;
  }, [value]);

  return <I18nContext value={value}>{children}</I18nContext>;
}

function localeOf(language: Language, country: string | undefined): string {
  try {
    return country ? new Intl.Locale(language, { region: country }).toString() : language === 'en' ? 'en-GB' : language;
  } catch {
    return language;
  }
}

export function useI18n(): I18n {
  const value = use(I18nContext);
  if (!value) throw new Error('useI18n needs I18nProvider');
  return value;
}
