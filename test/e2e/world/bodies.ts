/** What each side says: both hold the text that the plan expects, and the word by which tests tell them apart. */
export const OLD_BODY = '<!doctype html><title>Jayne Martin Counselling</title><p>nomad'
export const NEW_BODY = '<!doctype html><title>Jayne Martin Counselling</title><p>kubernetes'
