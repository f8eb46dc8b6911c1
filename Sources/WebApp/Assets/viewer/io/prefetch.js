/**
 * Which frames of a stack should be there next: the one shown, then those ahead in the direction of scrolling, and for
 * every second of them one behind.
 *
 * @param {number} index the frame shown
 * @param {number} count
 * @param {1 | -1} direction of the last step
 * @param {number} limit most frames, the one shown included
 * @returns {number[]}
 */
export function prefetchOrder(index, count, direction, limit) {
  /** @type {number[]} */
  const order = [];
  const add = (/** @type {number} */ place) => {
    if (place >= 0 && place < count && order.length < limit) order.push(place);
  };
  add(index);
  let behind = 1;
  for (let ahead = 1; order.length < Math.min(limit, count) && (ahead < count || behind < count); ahead += 1) {
    add(index + direction * ahead);
    const isAheadOver = index + direction * ahead < 0 || index + direction * ahead >= count;
    if (ahead % 2 === 0 || isAheadOver) {
      add(index - direction * behind);
      behind += 1;
    }
  }
  return order;
}

/**
 * The frames of a clip in the order in which they will be played from one on.
 *
 * @param {number} index @param {number} count @param {number} limit
 */
export function playOrder(index, count, limit) {
  return Array.from({ length: Math.min(count, limit) }, (_, step) => (index + step) % count);
}
