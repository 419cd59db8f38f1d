import { useI18n } from '../../i18n/provider';
import type { RiskFlag } from './types';

const LEVELS = ['1', '2', '3', '4', '5'] as const;

/** A flag in words. */
export function useFlagWords(flag: RiskFlag) {
  const { t } = useI18n();
  const step = LEVELS.find((one) => one === flag.level?.toString());
  const meaning = step && t(`reports.level.${step}`);
  const category = t(`reports.category.${flag.category}`);
  return {
    title: meaning ? t('reports.flagTitle', { category, words: meaning }) : category,
    polarity: t(`reports.polarity.${flag.polarity}`),
    level: meaning ? t('reports.levelLine', { level: flag.level ?? 0, words: meaning }) : undefined,
  };
}
