import type { ReactNode } from 'react';

import classes from './icon.module.css';

const shapes = {
  today: (<><path d="M3 10.5 10 4l7 6.5V17h-4.5v-4.5h-5V17H3z"/></>),
  patients: (<><circle cx="7.5" cy="7" r="3"/><path d="M2 17c.4-3.4 2.6-5 5.5-5s5.1 1.6 5.5 5M13 4.3a3 3 0 0 1 0 5.4M15 12.4c1.7.7 2.7 2.3 3 4.6"/></>),
  mic: (<><rect x="7.5" y="2.5" width="5" height="9" rx="2.5"/><path d="M4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v3"/></>),
  shield: (<><path d="M10 2.5 16.5 5v5c0 3.8-2.7 6.4-6.5 7.5C6.2 16.4 3.5 13.8 3.5 10V5z"/><path d="m7.5 10 1.8 1.8 3.4-3.6"/></>),
  settings: (<><path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/></>),
  chevron: (<><path d="m8 5 5 5-5 5"/></>),
  chevronDown: (<><path d="m5 8 5 5 5-5"/></>),
  pause: (<><path d="M6.5 4v12M13.5 4v12" strokeWidth="3"/></>),
  play: (<><path d="M6 4v12l10-6z" fill="currentColor"/></>),
  stop: (<><rect x="5" y="5" width="10" height="10" rx="1" fill="currentColor"/></>),
  bookmark: (<><path d="M5.5 3h9v14L10 13.5 5.5 17z"/></>),
  check: (<><path d="m4 10.5 4 4 8-9"/></>),
  done: (<><circle cx="10" cy="10" r="7"/><path d="m6.8 10.2 2.3 2.3 4.2-4.6"/></>),
  more: (<><path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.6"/></>),
  flag: (<><path d="M5 18V3M5 4h9.5l-2 3.5 2 3.5H5"/></>),
  noSource: (<><circle cx="10" cy="10" r="6.5" strokeDasharray="2.6 3.2"/></>),
  toConfirm: (<><circle cx="10" cy="10" r="6.5"/><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/></>),
  supported: (<><circle cx="10" cy="10" r="4" fill="currentColor" stroke="none"/></>),
  pen: (<><path d="m4 16 .8-3.4L13.3 4a1.9 1.9 0 0 1 2.7 2.7L7.4 15.2z"/></>),
  search: (<><circle cx="9" cy="9" r="5.5"/><path d="m13.2 13.2 4 4"/></>),
  add: (<><path d="M10 4v12M4 10h12"/></>),
  document: (<><path d="M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M7.5 10h5M7.5 13h5"/></>),
  warning: (<><path d="M10 3 18 17H2z"/><path d="M10 8v4M10 14.5v.2"/></>),
  keyboard: (<><rect x="2" y="5" width="16" height="10" rx="2"/><path d="M5 8.5h.01M8 8.5h.01M11 8.5h.01M14.5 8.5h.01M6.5 12h7"/></>),
  undo: (<><path d="M7 5 3.5 8.5 7 12M4 8.5h8a4 4 0 0 1 0 8H9"/></>),
  wave: (<><path d="M3 10h2M7 6v8M10 4v12M13 7v6M16 9v2"/></>),
  again: (<><path d="M16 10a6 6 0 1 1-1.8-4.3M16.5 3v3.5H13"/></>),
  backFive: (<><path d="M4.2 7.5A6.5 6.5 0 1 1 3.5 11M4 3.5v4h4"/><text x="10" y="13.4" fontSize="7.5" fontWeight="600" textAnchor="middle" fill="currentColor" stroke="none">5</text></>),
  upload: (<><path d="M10 14V4M6 7.5 10 3.5l4 4M3.5 16.5h13"/></>),
  download: (<><path d="M10 3.500v10M6 10l4 4 4-4M3.5 16.500h13"/></>),
  lock: (<><rect x="4.5" y="9" width="11" height="8" rx="1.5"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/></>),
  clock: (<><circle cx="10" cy="10" r="7"/><path d="M10 6v4l2.7 1.7"/></>),
  close: (<><path d="m5 5 10 10M15 5 5 15"/></>),
  trash: (<><path d="M4 5.5h12M8 5.500V3.500h4v2M5.5 5.500l.7 11h7.600l.7-11M8.5 9v4.500M11.5 9v4.5"/></>),
  offline: (<><path d="M3 3l14 14M6.5 12.500a5 5 0 0 1 3.5-1.500M3.5 9.500a9.5 9.5 0 0 1 3-2M10 6a9.5 9.5 0 0 1 6.5 3.500M10 16h.01"/></>),
  signOut: (<><path d="M11.5 3.500h-7v13h7M8.5 10H17M14 7l3 3-3 3"/></>),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

const MIRRORED: ReadonlySet<IconName> = new Set(['chevron', 'undo', 'again', 'signOut']);

interface Props {
  name: IconName;
  size?: 12 | 14 | 16 | 20;
}

/** Decoration: its meaning is always said by a word or a label beside it. */
export function Icon({ name, size = 16 }: Props) {
  return (
    <svg
      className={classes.icon}
      data-mirrored={MIRRORED.has(name) || undefined}
      viewBox="0 0 20 20"
      width={size}
      height={size}
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
