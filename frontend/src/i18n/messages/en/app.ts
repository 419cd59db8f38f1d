const messages = {
  skip: 'Skip to the content',
  main: 'Main',
  today: 'Today',
  patients: 'Patients',
  patient: 'Patient',
  session: 'Session',
  settings: 'Settings',
  keys: 'Keyboard shortcuts',
  account: 'Account of {name}',
  accountOnly: 'Account',
  signOut: 'Sign out',
  everywhere: 'Everywhere',
  showKeys: 'Show all keys',
  nextRegion: 'Next part of the page',
  previousRegion: 'Previous part of the page',
  offline: 'No connection. What you see may be old; it goes on when the connection is back.',
  pageFailed: 'This page could not be shown. Your saved work is safe.',
  notFound: 'There is no page at this address.',
  toToday: 'Go to Today',
  notFoundTitle: 'Not found',
  errorTitle: 'Did not load',
  soon: 'This page is not built yet.',
};

export default messages;

declare module '../../registry' {
  interface MessageRegistry { app: typeof messages }
}
