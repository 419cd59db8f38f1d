const messages = {
  account_locked: 'Signing in is paused after too many attempts. Try again later.',
  cancelled: 'The work was cancelled.',
  checksum_mismatch: 'The data that arrived is not the data that was sent.',
  consent_missing: 'The patient has not agreed to this.',
  corrupted_audio: 'The file is damaged and cannot be read.',
  edit_conflict: 'This was changed in another place. Load it again.',
  empty_audio: 'The file is empty.',
  file_too_large: 'The file is larger than this server takes.',
  idempotency_mismatch: 'This Idempotency-Key was used with another request.',
  internal_error: 'Something went wrong on the server.',
  invalid_credentials: 'E-mail or password does not match.',
  method_not_allowed: 'This address does not take that method.',
  model_not_available: 'The model is not available on this server.',
  model_output_invalid: 'The model\'s answer could not be used.',
  model_timeout: 'The model did not answer in time.',
  no_audio_stream: 'The file holds no sound.',
  no_speech: 'No speech was found in this recording.',
  not_authenticated: 'Sign in to continue.',
  not_found: 'This does not exist, or it was deleted.',
  otp_required: 'Enter the code from your authenticator app.',
  permission_denied: 'You may not do this.',
  rate_limited: 'Too many requests. Wait a moment and try again.',
  report_finalized: 'The report is signed and cannot change.',
  report_not_signed: 'The report is not signed yet. Sign it before it is exported.',
  risk_pending: 'Every risk flag needs a decision before signing.',
  session_busy: 'The session is being processed. Wait or cancel first.',
  storage_unavailable: 'The storage cannot be reached or is full.',
  transcript_not_ready: 'The session has no transcript yet.',
  unsupported_claims: 'Some claims have no source in the transcript, or wait for confirmation.',
  unsupported_media: 'This file type cannot be read. Use audio or video such as M4A, MP3, WAV, OGG or MP4.',
  validation_error: 'Some of what was sent is not valid.',
  offline: 'The server cannot be reached. Check the connection, then try again.',
};

export default messages;

declare module '../../registry' {
  interface MessageRegistry { errors: typeof messages }
}
