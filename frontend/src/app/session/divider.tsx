import type { KeyboardEvent, PointerEvent, RefObject } from 'react';

import { useI18n } from '../../i18n/provider';
import classes from './session-frame.module.css';

const LEAST = 40;
const MOST = 60;

interface Props {
  /** Per cent of the first column. */
  value: number;
  onChange: (value: number) => void;
  container: RefObject<HTMLElement | null>;
}

/** Between the columns: dragged, or moved by arrow keys, Home and End. */
export function Divider({ value, onChange, container }: Props) {
  const { t, direction } = useI18n();
  const set = (next: number) => { onChange(Math.round(Math.min(MOST, Math.max(LEAST, next)))); };
  const onKeyDown = (event: KeyboardEvent) => {
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backward = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const next = { [forward]: value + 1, [backward]: value - 1, Home: LEAST, End: MOST }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    // The same keys move the sound elsewhere on the page.
    event.stopPropagation();
    set(next);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !container.current) return;
    const box = container.current.getBoundingClientRect();
    const from = direction === 'rtl' ? box.right - event.clientX : event.clientX - box.left;
    set((from / box.width) * 100);
  };
  return (
    // A separator that can be moved is a control (WAI-ARIA window splitter); the linter counts it as text.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above
    <div
      role="separator"
      className={classes.divider}
      aria-orientation="vertical"
      aria-label={t('sessions.divider')}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={value}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => { event.preventDefault(); event.currentTarget.setPointerCapture(event.pointerId); }}
      onPointerMove={onPointerMove}
    />
  );
}
