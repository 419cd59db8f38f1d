import { useI18n } from '../../i18n/provider';

/** The heading of a section of a note format; a format that is not known here shows its own name. */
export function useSectionName(): (name: string) => string {
  const { t, has } = useI18n();
  return (name) => (has(`reports.section.${name}`) ? t(`reports.section.${name}` as 'reports.section.summary') : name);
}
