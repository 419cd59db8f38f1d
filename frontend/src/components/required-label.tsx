import { useI18n } from '../i18n/provider';
import classes from './required-label.module.css';

/** A label followed by the word "required" for the eye; `required` of the field says it to screen readers. */
export function RequiredLabel({ children }: { children: string }) {
  const { t } = useI18n();
  return <>{children}<span aria-hidden="true" className={classes.word} data-word={t('components.required')} /></>;
}
