/** Lengths of a scale bar, in millimetres. */
const LENGTHS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
/** Viewport pixels below which a bar says nothing. */
const SHORTEST = 8;

/**
 * The longest round length that fits.
 *
 * @param {number} millimetres of a viewport pixel
 * @param {number} room viewport pixels
 * @returns {{ length: number, pixels: number } | undefined} millimetres and viewport pixels
 */
export function scaleBarOf(millimetres, room) {
  const length = [...LENGTHS].reverse().find((each) => each / millimetres <= room);
  const pixels = length === undefined ? 0 : length / millimetres;
  return length !== undefined && pixels >= SHORTEST ? { length, pixels } : undefined;
}
