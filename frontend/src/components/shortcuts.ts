/** One listener and one list for all keys of the page; the cheat sheet shows the same list. */
import { useEffect, useRef, useSyncExternalStore } from 'react';

import { getPreferences } from '../config/preferences';

export interface Shortcut {
  /** The physical key, as in KeyboardEvent.code: 'KeyE', 'Space', 'BracketLeft'. */
  code: string;
  ctrl?: boolean;
  shift?: boolean;
  /** What it does, translated. Without it the key works and is not listed. */
  label?: string;
  run: (event: KeyboardEvent) => void;
  /** Asked at the key press: false leaves the key to others. */
  when?: (event: KeyboardEvent) => boolean;
  /** Works in text fields too, and when single keys are switched off. For Ctrl combinations. */
  always?: boolean;
}

export interface ShortcutGroup {
  title: string;
  shortcuts: Shortcut[];
}

let groups: ShortcutGroup[] = [];
const listeners = new Set<() => void>();

function change(next: ShortcutGroup[]): void {
  groups = next;
  listeners.forEach((listener) => { listener(); });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useShortcutGroups(): ShortcutGroup[] {
  return useSyncExternalStore(subscribe, () => groups);
}

const signature = (title: string, shortcuts: Shortcut[]): string =>
  [title, ...shortcuts.map(({ code, ctrl, shift, label, always }) => [code, ctrl, shift, label, always].join())].join(';');

/** Registers keys while the component is shown; what came last goes first. `run` and `when` may change freely. */
export function useShortcuts(title: string, shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => { latest.current = shortcuts; });
  const key = signature(title, shortcuts);
  useEffect(() => {
    const group: ShortcutGroup = {
      title,
      shortcuts: latest.current.map((shortcut, index) => ({
        ...shortcut,
        run: (event) => latest.current[index]?.run(event),
        when: (event) => latest.current[index]?.when?.(event) ?? true,
      })),
    };
    change([...groups, group]);
    return () => { change(groups.filter((other) => other !== group)); };
  }, [key, title]);
}

const TEXT = 'input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=button]), textarea, select, [contenteditable=true]';
const ACTIVATED = 'button, a[href], summary, input, [role=button], [role=menuitem], [role=option], [role=tab]';

export function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TEXT) !== null;
}

function fits(shortcut: Shortcut, event: KeyboardEvent): boolean {
  if (shortcut.code !== event.code || event.altKey) return false;
  if (Boolean(shortcut.ctrl) !== (event.ctrlKey || event.metaKey)) return false;
  if (Boolean(shortcut.shift) !== event.shiftKey) return false;
  if (!shortcut.always) {
    if (isTextField(event.target)) return false;
    if (!shortcut.ctrl && !getPreferences().shortcuts && event.code !== 'Escape') return false;
    // Space and Enter belong to the button or link that has focus.
    const pressed = event.code === 'Space' || event.code === 'Enter';
    if (pressed && event.target instanceof Element && event.target.closest(ACTIVATED)) return false;
  }
  return shortcut.when?.(event) ?? true;
}

/** Keys behind an open dialog stay quiet, except those registered from inside of it with `always`. */
function hidden(shortcut: Shortcut): boolean {
  return !shortcut.always && document.querySelector('[aria-modal=true]') !== null;
}

export function handleShortcut(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  for (const group of [...groups].reverse()) {
    for (const shortcut of group.shortcuts) {
      if (!hidden(shortcut) && fits(shortcut, event)) {
        event.preventDefault();
        shortcut.run(event);
        return;
      }
    }
  }
}
