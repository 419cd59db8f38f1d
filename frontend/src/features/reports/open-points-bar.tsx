import { Button, Menu } from '@mantine/core';

import { Icon } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { StateTag } from '../../components/state-tag';
import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import type { NoteFormat, OpenPoint } from './types';

const FORMATS: NoteFormat[] = ['standard', 'soap', 'dap', 'birp', 'girp', 'pirp'];

/** How much is open before signing; always visible. */
export function OpenPointsBar({ onNext }: { onNext: () => void }) {
  const { t } = useI18n();
  const { report, saver, editable } = useReportScope();
  const count = (kind: OpenPoint['kind']) => report.open_points.filter((point) => point.kind === kind).length;
  const open = report.open_points.length;
  const [risks, sources, confirms] = [count('risk_pending'), count('unsupported_claim'), count('unconfirmed_claim')];
  return (
    <div className={classes.bar}>
      <h2 className={classes.barTitle}>{open > 0 ? t('reports.open', { count: open }) : t('reports.nothingOpen')}</h2>
      {risks > 0 && <StateTag icon="flag" tone="risk">{t('reports.openRisks', { count: risks })}</StateTag>}
      {sources > 0 && <StateTag icon="noSource" tone="warn">{t('reports.openSources', { count: sources })}</StateTag>}
      {confirms > 0 && <StateTag icon="toConfirm" tone="info">{t('reports.openConfirms', { count: confirms })}</StateTag>}
      <span className={classes.grow} />
      {open > 0 && (
        <Button size="xs" variant="subtle" color="gray" className={`${classes.quietButton} ${classes.next}`} onClick={onNext} rightSection={<span aria-hidden="true"><KeyCap code="KeyN" /></span>} aria-keyshortcuts="N">
          {t('reports.next')}
        </Button>
      )}
      {editable && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" rightSection={<Icon name="chevronDown" size={14} />} aria-label={t('reports.formatOf', { format: t(`reports.format.${report.note_format}`) })}>
              {t(`reports.format.${report.note_format}`)}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {FORMATS.map((format) => (
              <Menu.Item
                key={format}
                leftSection={<span className={classes.tick}>{format === report.note_format && <Icon name="check" />}</span>}
                onClick={() => {
                  if (format === report.note_format) return;
                  saver.add({ kind: 'format', format }, { kind: 'format', format: report.note_format });
                }}
              >
                {t(`reports.format.${format}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
