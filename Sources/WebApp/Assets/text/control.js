/** Words of the chapter “control”; keys begin with `control.`. */
export const controlText = /** @type {const} */ ({});
