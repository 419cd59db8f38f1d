import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

import { useOnline } from '../api/online';
import { Icon } from '../components/icon';
import { ShortcutSheet } from '../components/shortcut-sheet';
import { useShortcuts } from '../components/shortcuts';
import { UndoBar } from '../components/undo-bar';
import { useI18n } from '../i18n/provider';
import classes from './layout.module.css';
import { moveRegion } from './move-region';
import { Rail } from './rail';

/** The frame of every page for the signed-in: skip link, rail (a bar below on phones), page. */
export function Layout() {
  const { t } = useI18n();
  const online = useOnline();
  const [keysShown, setKeysShown] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);

  useShortcuts(t('app.everywhere'), [
    { code: 'Slash', shift: true, label: t('app.showKeys'), run: () => { setKeysShown(true); } },
    { code: 'F6', label: t('app.nextRegion'), always: true, run: () => { moveRegion(1); } },
    { code: 'F6', shift: true, label: t('app.previousRegion'), always: true, run: () => { moveRegion(-1); } },
  ]);

  // After a change of page the focus starts at its top, as after loading a document.
  useEffect(() => {
    if (before.current !== undefined && before.current !== path) main.current?.focus();
    before.current = path;
  }, [path]);

  const onSessionPage = path?.includes('/sessions/') ?? false;
  return (
    <div className={classes.frame} data-session={onSessionPage || undefined}>
      <a href="#main" className={classes.skip} onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>
        {t('app.skip')}
      </a>
      <Rail onKeys={() => { setKeysShown(true); }} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main} data-region="main">
        {!online && <p role="status" className={classes.offline}><Icon name="offline" />{t('app.offline')}</p>}
        <Outlet />
      </main>
      <UndoBar />
      <ShortcutSheet opened={keysShown} onClose={() => { setKeysShown(false); }} />
    </div>
  );
}
