export const MODALITIES = ['in_person', 'video', 'phone'] as const;
export const NOTE_FORMATS = ['standard', 'soap', 'dap', 'birp', 'girp', 'pirp'] as const;

const LANGUAGES = ['ar', 'de', 'en', 'es', 'fa', 'fr', 'he', 'hi', 'it', 'ja', 'ko', 'nl', 'pl', 'pt', 'ru', 'sv', 'tr', 'uk', 'ur', 'zh'];

export function languageName(locale: string, code: string): string {
  return new Intl.DisplayNames(locale, { type: 'language' }).of(code) ?? code;
}

/** Detected first, then by name in the language of the interface. */
export function languageOptions(locale: string, current: string, auto: string) {
  const codes = [...new Set([...LANGUAGES, ...(current && current !== 'auto' ? [current] : [])])];
  return [
    { value: '', label: auto },
    ...codes.map((value) => ({ value, label: languageName(locale, value) })).sort((a, b) => a.label.localeCompare(b.label, locale)),
  ];
}
