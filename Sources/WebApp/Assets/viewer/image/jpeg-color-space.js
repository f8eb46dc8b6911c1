/**
 * Tells the browser's JPEG decoder what the data set says: a baseline frame whose Photometric Interpretation is RGB has
 * no colour transform, but without a marker every decoder takes three components for YCbCr. An Adobe marker says so;
 * a JFIF marker, which promises YCbCr, is believed before the data set, as pydicom does.
 *
 * @param {Uint8Array} bytes a JPEG stream
 * @param {string} photometric
 */
export function withColorSpace(bytes, photometric) {
  if (photometric !== 'RGB' || bytes[0] !== 0xff || bytes[1] !== 0xd8) return bytes;
  const markers = applicationMarkers(bytes);
  if (markers.some((marker) => marker.startsWith('JFIF') || marker.startsWith('Adobe'))) return bytes;
  const adobe = [0xff, 0xee, 0x00, 0x0e, ...[...'Adobe'].map((letter) => letter.charCodeAt(0)), 0, 100, 0, 0, 0, 0, 0];
  const result = new Uint8Array(bytes.length + adobe.length);
  result.set(bytes.subarray(0, 2));
  result.set(adobe, 2);
  result.set(bytes.subarray(2), 2 + adobe.length);
  return result;
}

/**
 * What the application segments before the first scan begin with.
 *
 * @param {Uint8Array} bytes
 */
function applicationMarkers(bytes) {
  /** @type {string[]} */
  const found = [];
  let position = 2;
  while (position + 4 <= bytes.length && bytes[position] === 0xff) {
    const marker = bytes[position + 1] ?? 0;
    if (marker === 0xda || marker === 0xd9) break;
    const length = ((bytes[position + 2] ?? 0) << 8) | (bytes[position + 3] ?? 0);
    if (length < 2) break;
    if (marker >= 0xe0 && marker <= 0xef) {
      found.push(String.fromCharCode(...bytes.subarray(position + 4, position + 4 + Math.min(5, length - 2))));
    }
    position += 2 + length;
  }
  return found;
}
