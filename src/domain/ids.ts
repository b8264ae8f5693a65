/** The manager name of our server-side applies and the prefix of everything we mark as ours. */
export const MANAGER = 'jmc-migrate'
export const RUN_ANNOTATION = 'jmc-migrate/run'
export const STEP_ANNOTATION = 'jmc-migrate/step'
