const messages = {
  product: 'Therapist Platform',
  tryAgain: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  undo: 'Undo',
  save: 'Save',
  loading: 'Loading',
  addedAt: 'added {time}',
  required: 'required',
  noMatch: 'Nothing matches.',
  keys: 'Keyboard',
  keysOff: 'Single keys are switched off in Settings. Keys with Ctrl work.',
  space: 'Space',
  typedDiffers: 'This is not the same text. Type it as shown.',
};

export default messages;

declare module '../../registry' {
  interface MessageRegistry { components: typeof messages }
}
