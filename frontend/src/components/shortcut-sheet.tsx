import { Modal } from '@mantine/core';

import { usePreferences } from '../config/preferences';
import { useI18n } from '../i18n/provider';
import { KeyCap } from './key-cap';
import classes from './shortcut-sheet.module.css';
import { useShortcutGroups } from './shortcuts';

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** All keys that work here and now. */
export function ShortcutSheet({ opened, onClose }: Props) {
  const { t } = useI18n();
  const groups = useShortcutGroups();
  const { shortcuts: on } = usePreferences();
  const titles = [...new Set(groups.map((group) => group.title))];
  return (
    <Modal opened={opened} onClose={onClose} title={t('components.keys')} size="lg" closeButtonProps={{ 'aria-label': t('components.close') }}>
      {!on && <p className={classes.off}>{t('components.keysOff')}</p>}
      <div className={classes.groups}>
        {titles.map((title) => {
          const shown = groups.filter((group) => group.title === title).flatMap((group) => group.shortcuts).filter((one) => one.label);
          return shown.length > 0 && (
            <section key={title} className={classes.group}>
              <h3>{title}</h3>
              <dl>
                {shown.map((one) => (
                  <div key={`${one.code}${one.ctrl}${one.shift}${one.label}`} className={classes.row}>
                    <dt>{one.label}</dt>
                    <dd><KeyCap code={one.code} ctrl={one.ctrl} shift={one.shift} /></dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Modal>
  );
}
