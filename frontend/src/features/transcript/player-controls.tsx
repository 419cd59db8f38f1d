import { Button, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useSyncExternalStore, type ReactNode } from 'react';

import { announce } from '../../components/live-region';
import { Icon } from '../../components/icon';
import { usePlayback, usePlayhead, useSound } from '../../components/playback/playback';
import { useShortcuts } from '../../components/shortcuts';
import { Clock } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import { wordStep } from './player-words';
import classes from './player-bar.module.css';

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const STEP_MS = 5000;
/** Arrows belong to these while they have focus. */
const ARROWS = '[role=slider], [role=separator], [role^=tab], [role^=menu], [role=radio], [role=listbox], [role=option], input[type=range], input[type=radio]';

const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;
const freeArrows = ({ target }: KeyboardEvent): boolean => !(target instanceof Element && target.closest(ARROWS));

interface Props {
  ready: boolean;
  durationMs: number;
  wordStarts: number[];
  skipping: boolean;
  /** Missing while there are no words yet: then nobody knows where it is quiet. */
  onSkipping: ((skipping: boolean) => void) | undefined;
  /** The timeline. */
  children: ReactNode;
}

/** In the order of the sound, left to right in every language. */
export function PlayerControls({ ready, durationMs, wordStarts, skipping, onSkipping, children }: Props) {
  const { t, format } = useI18n();
  const sound = useSound();
  const { playing, seek } = usePlayback();
  const rate = useSyncExternalStore(sound.subscribeState, sound.rate);
  const phone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false });
  const speed = (value: number) => t('player.times', { speed: format.number(value) });

  const toggle = () => { sound.toggle(); };
  const by = (ms: number) => { seek(sound.timeMs() + ms, { play: playing }); };
  const byWord = (direction: -1 | 1) => {
    const at = wordStep(wordStarts, sound.timeMs(), direction);
    if (at !== null) seek(at, { play: playing });
  };
  const setRate = (value: number | undefined) => {
    if (value === undefined) return;
    sound.setRate(value);
    announce(t('player.speedIs', { speed: speed(value) }));
  };
  const canPlay = () => ready;
  const canMove = (event: KeyboardEvent) => ready && freeArrows(event);
  const canStep = (event: KeyboardEvent) => wordStarts.length > 0 && ready && (freeArrows(event) || event.shiftKey);
  useShortcuts(t('player.title'), [
    { code: 'Space', label: `${t('player.play')}, ${t('player.pause')}`, run: toggle, when: canPlay },
    { code: 'ArrowLeft', label: t('player.back'), run: () => { by(-STEP_MS); }, when: canMove },
    { code: 'ArrowRight', label: t('player.forward'), run: () => { by(STEP_MS); }, when: canMove },
    { code: 'ArrowLeft', shift: true, label: t('player.wordBack'), run: () => { byWord(-1); }, when: canStep },
    { code: 'ArrowRight', shift: true, label: t('player.wordForward'), run: () => { byWord(1); }, when: canStep },
    { code: 'BracketLeft', label: t('player.slower'), run: () => { setRate(SPEEDS.findLast((value) => value < sound.rate())); } },
    { code: 'BracketRight', label: t('player.faster'), run: () => { setRate(SPEEDS.find((value) => value > sound.rate())); } },
  ]);

  return (
    <div className={classes.bar} dir="ltr">
      <button type="button" className={classes.step} data-step="back" aria-label={t('player.back')} title={t('player.back')} disabled={!ready} onClick={() => { by(-STEP_MS); }}>
        <Icon name="backFive" size={20} />
      </button>
      <button type="button" className={classes.play} aria-label={playing ? t('player.pause') : t('player.play')} disabled={!ready} onClick={toggle}>
        <Icon name={playing ? 'pause' : 'play'} size={20} />
      </button>
      {!phone && <button type="button" className={classes.step} data-step="forward" aria-label={t('player.forward')} title={t('player.forward')} disabled={!ready} onClick={() => { by(STEP_MS); }}>
        <ForwardFive />
      </button>}
      <Times durationMs={durationMs} />
      <div className={classes.place}>{children}</div>
      <Menu position="top" withinPortal>
        <Menu.Target>
          <Button variant="default" className={classes.speed} aria-label={t('player.speedIs', { speed: speed(rate) })}><bdi>{speed(rate)}</bdi></Button>
        </Menu.Target>
        <Menu.Dropdown aria-label={t('player.speed')}>
          <Menu.RadioGroup value={rate.toString()} onChange={(value) => { setRate(Number(value)); }}>
            {SPEEDS.map((value) => <Menu.RadioItem key={value} value={value.toString()} closeMenuOnClick><bdi>{speed(value)}</bdi></Menu.RadioItem>)}
          </Menu.RadioGroup>
          {phone && onSkipping && (
            <>
              <Menu.Divider />
              <Menu.CheckboxItem checked={skipping} onChange={onSkipping}><span dir="auto">{t('player.skipSilence')}</span></Menu.CheckboxItem>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {!phone && <button type="button" className={classes.skip} aria-pressed={skipping} data-none={onSkipping ? undefined : true} onClick={() => { onSkipping?.(!skipping); }}>
        {skipping && <Icon name="check" />}
        <span dir="auto">{t('player.skipSilence')}</span>
      </button>}
    </div>
  );
}

function Times({ durationMs }: { durationMs: number }) {
  const now = usePlayhead(wholeSeconds);
  return (
    <div className={classes.times}>
      <span className={classes.now}><Clock ms={now} /></span>
      <span className={classes.length}><Clock ms={durationMs} /></span>
    </div>
  );
}

function ForwardFive() {
  return (
    <svg className={classes.icon} viewBox="0 0 20 20" width={20} height={20} aria-hidden="true">
      <path d="M15.8 7.5A6.5 6.5 0 1 0 16.500 11M16 3.500v4h-4" />
      <text x="10" y="13.4" fontSize="7.5" fontWeight="600" textAnchor="middle" fill="currentColor" stroke="none">5</text>
    </svg>
  );
}
