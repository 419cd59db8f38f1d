/** Where the pages are, under /app. */
export const paths = {
  login: '/login',
  register: '/register',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  today: '/',
  patients: '/patients',
  patient: '/patients/$patientId',
  session: '/sessions/$sessionId',
  settings: '/settings',
} as const;

/** Only a path of this app may be gone back to after signing in. */
export function safeReturnPath(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : paths.today;
}
