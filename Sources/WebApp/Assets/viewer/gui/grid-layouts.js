/** How viewports can be laid out. */
export const LAYOUTS = /** @type {const} */ ([
  { rows: 1, columns: 1 },
  { rows: 1, columns: 2 },
  { rows: 2, columns: 1 },
  { rows: 2, columns: 2 },
]);

/** @typedef {(typeof LAYOUTS)[number]} Layout */
