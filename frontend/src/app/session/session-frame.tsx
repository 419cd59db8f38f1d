import { Tabs } from '@mantine/core';
import { useRef, useState, type CSSProperties, type ReactNode } from 'react';

import { PHONE_ACTIONS } from '../../components/phone-actions';
import { useI18n } from '../../i18n/provider';
import { Divider } from './divider';
import { useNarrow } from './use-narrow';
import classes from './session-frame.module.css';

export type PanelName = 'transcript' | 'report' | 'details';

export interface Panel {
  name: PanelName;
  label: string;
  content: ReactNode;
  /** A white ground, as that of the transcript. */
  surface?: boolean;
}

interface Props {
  topBar: ReactNode;
  start: Panel;
  /** Without it the start takes all of the width. */
  end?: Panel;
  /** Only where there are tabs: wide screens have it in a dialog. */
  details?: Panel;
  /** The tab that opens. */
  first: PanelName;
  player?: ReactNode;
}

const FIRST_WIDTH = 47;

/** The one grid of the session page: bar, two columns (tabs below 1100 px), player. */
export function SessionFrame({ topBar, start, end, details, first, player }: Props) {
  const { t } = useI18n();
  const narrow = useNarrow();
  const [width, setWidth] = useState(FIRST_WIDTH);
  const columns = useRef<HTMLDivElement>(null);
  return (
    <div className={classes.frame}>
      {topBar}
      {narrow && end ? (
        // Another state of the session opens its own first tab.
        <TabbedPanels key={`${first} ${start.label} ${end.label}`} panels={[...(first === start.name ? [start, end] : [end, start]), ...(details ? [details] : [])]} first={first} />
      ) : (
        <div ref={columns} className={classes.columns} data-one={end ? undefined : true} style={{ '--start-width': `${width}%` } as CSSProperties}>
          <Column panel={start} />
          {end && <Divider value={width} onChange={setWidth} container={columns} />}
          {end && <Column panel={end} />}
        </div>
      )}
      {player !== undefined && <section className={classes.player} aria-label={t('sessions.player')} data-region="player">{player}</section>}
      <div id={PHONE_ACTIONS} className={classes.phoneActions} />
    </div>
  );
}

function Column({ panel }: { panel: Panel }) {
  return <div className={classes.column} data-surface={panel.surface || undefined} data-region={panel.name}>{panel.content}</div>;
}

function TabbedPanels({ panels, first }: { panels: Panel[]; first: PanelName }) {
  const { t } = useI18n();
  return (
    <Tabs defaultValue={first} className={classes.area} keepMounted>
      <Tabs.List grow className={classes.tabs} aria-label={t('sessions.parts')}>
        {panels.map((panel) => <Tabs.Tab key={panel.name} value={panel.name} className={classes.tab}>{panel.label}</Tabs.Tab>)}
      </Tabs.List>
      {panels.map((panel) => (
        <Tabs.Panel key={panel.name} value={panel.name} className={classes.column} data-surface={panel.surface || undefined} data-region={panel.name}>
          {panel.content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
