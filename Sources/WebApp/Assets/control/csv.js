/** Comma-separated values (RFC 4180). */

/**
 * @param {string[]} headings
 * @param {string[][]} rows
 * @returns {string}
 */
export function csv(headings, rows) {
  return [headings, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** A spreadsheet takes what begins so for a formula; somebody else chose the words. */
const formula = /^[=+\-@\t\r]/;

/** @param {string} value */
function cell(value) {
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
