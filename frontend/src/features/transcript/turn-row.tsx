import { memo } from 'react';

import { Icon } from '../../components/icon';
import { Clock } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import { EditedMark } from './edited-mark';
import type { Range } from './lib/evidence';
import { isTimed } from './lib/tokens';
import { RoleMenu } from './role-menu';
import type { TurnActions } from './turn-actions';
import { TurnEditor } from './turn-editor';
import classes from './transcript.module.css';
import type { Segment, Transcript } from './types';
import { Words } from './words';

interface Props {
  segment: Segment;
  next: Segment | undefined;
  name: string;
  speakers: Transcript['speakers'];
  lang: string;
  dir: 'ltr' | 'rtl';
  /** The one row of the list that Tab reaches. */
  reachable: boolean;
  readOnly: boolean;
  editing: boolean;
  saving: boolean;
  pointing: boolean;
  evidence?: Range[];
  kind?: 'claim' | 'risk';
  found?: Range[];
  pointedFrom?: number;
  pointedTo?: number;
  cursor?: number;
  actions: TurnActions;
}

/** One turn: when, who, what, and what was marked. */
export const TurnRow = memo(function TurnRow(props: Props) {
  const { segment, name, lang, dir, reachable, readOnly, editing, pointing, evidence, kind, found, cursor, pointedFrom, pointedTo, actions } = props;
  const { t, format } = useI18n();
  const timed = isTimed(segment);
  const fixed = readOnly || pointing;
  return (
    <>
      <div role="gridcell" className={classes.time}>{timed && <Clock ms={segment.start_ms} />}</div>
      <div role="gridcell">
        {fixed ? <span className={classes.role}><bdi>{name}</bdi></span> : <RoleMenu segment={segment} next={props.next} name={name} speakers={props.speakers} actions={actions} />}
      </div>
      {editing
        ? (
          <div role="gridcell" className={classes.words} lang={lang} dir={dir}>
            <TurnEditor
              text={segment.text}
              label={timed ? t('transcript.editOf', { time: format.clock(segment.start_ms) }) : t('transcript.untimed')}
              saving={props.saving}
              onSave={(text) => { actions.save(segment, text); }}
              onCancel={actions.cancel}
              onSplit={(text, at) => { actions.split(segment, text, at); }}
            />
          </div>
        )
        : (
          <div role="gridcell" className={classes.words} lang={lang} dir={dir} tabIndex={reachable ? 0 : -1} data-words data-pointing={pointing || undefined}>
            <Words segment={segment} evidence={evidence} kind={kind} found={found} cursor={cursor} pointedFrom={pointedFrom} pointedTo={pointedTo} />
          </div>
        )}
      <div role="gridcell" className={classes.mark}>
        {evidence && kind === 'risk' && <span className={classes.markIcon} data-kind="risk" role="img" aria-label={t('transcript.riskMark')}><Icon name="flag" /></span>}
        {segment.edited && <EditedMark original={segment.original_text} lang={lang} dir={dir} />}
      </div>
    </>
  );
});
