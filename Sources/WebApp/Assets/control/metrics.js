/** The server's figures in Prometheus' text format, as far as charts need them. */

/**
 * @param {string} page
 */
export function parseMetrics(page) {
  /** @type {Map<string, number[]>} */
  const figures = new Map();
  for (const line of page.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const end = line.search(/[{ ]/);
    const name = line.slice(0, end);
    const value = Number(line.slice(line.lastIndexOf(' ') + 1));
    if (end <= 0 || Number.isNaN(value)) continue;
    const values = figures.get(name) ?? [];
    values.push(value);
    figures.set(name, values);
  }
  return {
    /**
     * The sum over all labels; 0 when there is none yet.
     *
     * @param {string} name
     */
    sum: (name) => (figures.get(name) ?? []).reduce((all, value) => all + value, 0),
    /** @param {string} name @returns {number | undefined} */
    value: (name) => figures.get(name)?.[0],
  };
}
