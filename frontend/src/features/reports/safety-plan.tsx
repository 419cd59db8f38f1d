import { useId } from 'react';

import { useI18n } from '../../i18n/provider';
import classes from './report.module.css';

const STEPS = ['warningSigns', 'coping', 'distraction', 'helpers', 'professionals', 'means'] as const;

/** A reminder to read; nothing of it is stored, nobody is notified. */
export function SafetyPlan() {
  const { t } = useI18n();
  const id = useId();
  return (
    <section className={classes.plan} aria-labelledby={id}>
      <h3 id={id}>{t('reports.plan')}</h3>
      <p className={classes.meta}>{t('reports.planHint')}</p>
      <ol>{STEPS.map((step) => <li key={step}>{t(`reports.plan.${step}`)}</li>)}</ol>
    </section>
  );
}
