import { ActionIcon, Menu } from '@mantine/core';

import { Icon } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import type { Claim } from './types';
import { useClaimActions } from './use-claim-actions';

interface Props {
  claim: Claim;
  siblings: Claim[];
  index: number;
  reachable: boolean;
}

/** What can be done with any claim. */
export function ClaimMenu({ claim, siblings, index, reachable }: Props) {
  const { t } = useI18n();
  const { setEditing, saver } = useReportScope();
  const { remove, point } = useClaimActions(claim);
  // The server keeps the parts of the report apart; within one the order is the clinician's.
  const neighbour = (by: 1 | -1) => {
    const other = siblings[index + by];
    return other?.section === claim.section ? other : undefined;
  };
  const move = (by: 1 | -1) => {
    const other = neighbour(by);
    if (!other) return;
    const pair = by < 0 ? [claim.id, other.id] : [other.id, claim.id];
    saver.add({ kind: 'order', ids: pair }, { kind: 'order', ids: [...pair].reverse() });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={24} className={classes.more} tabIndex={reachable ? 0 : -1} aria-label={t('reports.more')}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="pen" />} rightSection={<KeyCap code="KeyE" />} onClick={() => { setTimeout(() => { setEditing(claim.id); }, 0); }}>{t('reports.edit')}</Menu.Item>
        <Menu.Item onClick={point}>{t('reports.pointAgain')}</Menu.Item>
        {neighbour(-1) && <Menu.Item onClick={() => { move(-1); }}>{t('reports.moveUp')}</Menu.Item>}
        {neighbour(1) && <Menu.Item onClick={() => { move(1); }}>{t('reports.moveDown')}</Menu.Item>}
        <Menu.Item leftSection={<Icon name="trash" />} onClick={remove}>{t('reports.remove')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
