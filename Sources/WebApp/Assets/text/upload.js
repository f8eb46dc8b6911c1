/** Words of the chapter “upload”; keys begin with `upload.`. */
export const uploadText = /** @type {const} */ ({});
