import { Button, Menu } from '@mantine/core';
import { useEffect } from 'react';

import { errorKey } from '../../api/errors';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import { useExportReport } from './api/export-report';
import classes from './report.module.css';
import type { ExportFormat } from './types';

const FORMATS: ExportFormat[] = ['pdf', 'docx', 'txt', 'fhir'];

/** The signed note as a file. */
export function ExportMenu({ sessionId }: { sessionId: string }) {
  const { t } = useI18n();
  const exported = useExportReport(sessionId);
  const failure = exported.error ? t(errorKey(exported.error)) : '';
  useEffect(() => { if (failure) announce(failure, 'assertive'); }, [failure]);
  return (
    <span className={classes.export}>
      {failure && <span className={classes.saveState} data-tone="warn">{t('reports.exportFailed')} {failure}</span>}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="filled" loading={exported.isPending} leftSection={<Icon name="download" />} rightSection={<Icon name="chevronDown" />}>
            {t('reports.export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map((format) => (
            <Menu.Item
              key={format}
              onClick={() => { exported.mutate(format, { onSuccess: () => { announce(t('reports.exported')); } }); }}
            >
              {t(`reports.export.${format}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
