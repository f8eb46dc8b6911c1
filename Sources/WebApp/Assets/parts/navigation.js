/** Going from page to page without loading the app anew. */

/** Tells of it: `navigated`, when the address has become another one by `navigate`. */
export const navigated = new EventTarget();

/**
 * @param {string} address An address of the app; never with anything in it that names a patient.
 */
export function navigate(address) {
  history.pushState(null, '', address);
  navigated.dispatchEvent(new Event('navigated'));
}
