import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useId, useRef, useState } from 'react';

import { Icon } from '../../components/icon';
import { SkeletonRows } from '../../components/skeleton-rows';
import { useI18n } from '../../i18n/provider';
import { AddClaim } from './add-claim';
import { ClaimRow } from './claim-row';
import { RedraftChoice } from './redraft-choice';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { useSectionName } from './use-section-name';

/** One heading of the note with its claims. */
export function NoteSection({ name }: { name: string }) {
  const { t } = useI18n();
  const id = useId();
  const { report, editable, redraft, startRedraft } = useReportScope();
  const title = useSectionName()(name);
  const claims = (report.sections[name] ?? []).flatMap((item) => report.claims.find((claim) => claim.id === item.id) ?? []);
  const firstInReport = Object.values(report.sections).flat()[0]?.id;
  const [adding, setAdding] = useState(false);
  const addButton = useRef<HTMLButtonElement>(null);
  const doneAdding = () => {
    setAdding(false);
    setTimeout(() => { addButton.current?.focus(); }, 0);
  };
  const here = redraft?.section === name ? redraft : null;
  const again = t('reports.again', { section: title });
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.sectionHead}>
        <h3 id={id}>{title}</h3>
        <span className={classes.grow} />
        {editable && !adding && (
          <Button ref={addButton} variant="subtle" color="gray" size="compact-xs" className={classes.quietButton} leftSection={<Icon name="add" size={12} />} onClick={() => { setAdding(true); }} aria-label={t('reports.addTo', { section: title })}>
            {t('reports.add')}
          </Button>
        )}
        {editable && (
          <Tooltip label={t('reports.draftAgain')}>
            <ActionIcon variant="subtle" color="gray" size={24} aria-label={again} onClick={() => { startRedraft(name); }}>
              <Icon name="again" />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {here?.phase === 'drafting' ? (
        <>
          <p role="status" className={classes.quiet}>{t('reports.draftingSection')}</p>
          <SkeletonRows rows={Math.max(1, claims.length)} height={24} />
        </>
      ) : (
        <>
          {here && <RedraftChoice redraft={here} now={claims} />}
          <ul className={classes.claims}>
            {claims.map((claim, index) => (
              <ClaimRow key={claim.id} claim={claim} siblings={claims} index={index} firstInReport={claim.id === firstInReport} />
            ))}
          </ul>
          {claims.length === 0 && <p className={classes.quiet}>{t('reports.sectionEmpty')}</p>}
          {adding && editable && <AddClaim name={name} title={title} onDone={doneAdding} />}
        </>
      )}
    </section>
  );
}
