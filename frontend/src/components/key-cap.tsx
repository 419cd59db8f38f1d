import { useI18n } from '../i18n/provider';
import classes from './key-cap.module.css';

const SYMBOLS: Record<string, string> = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓',
  BracketLeft: '[', BracketRight: ']', Slash: '/', Enter: '↵', Escape: 'Esc',
};

function symbol(code: string): string {
  return SYMBOLS[code] ?? code.replace(/^(Key|Digit)/, '');
}

interface Props {
  code: string;
  ctrl?: boolean;
  shift?: boolean;
}

/** A key, always as Latin caps. Hidden from screen readers inside a button: use aria-keyshortcuts there. */
export function KeyCap({ code, ctrl = false, shift = false }: Props) {
  const { t } = useI18n();
  const question = code === 'Slash' && shift;
  const parts = [ctrl && 'Ctrl', shift && !question && 'Shift', question ? '?' : code === 'Space' ? t('components.space') : symbol(code)];
  return (
    <kbd className={classes.keys} dir="ltr">
      {parts.filter(Boolean).map((part) => <span key={String(part)} className={classes.key}>{part}</span>)}
    </kbd>
  );
}
