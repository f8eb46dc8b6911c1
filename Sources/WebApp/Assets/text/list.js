/** Words of the chapter “list”; keys begin with `list.`. */
export const listText = /** @type {const} */ ({});
