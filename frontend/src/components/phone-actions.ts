/** The id of the row at the foot of a phone's session page that takes its main actions. */
export const PHONE_ACTIONS = 'phone-actions';
