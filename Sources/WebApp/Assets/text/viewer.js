/** Words of the chapter “viewer”; keys begin with `viewer.`. */
export const viewerText = /** @type {const} */ ({});
