/** The programs that draw a frame: the window function runs here, on the values as they are stored. */

export const VERTEX = `#version 300 es
void main() {
  // One triangle that covers the viewport.
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

/** Most samples a side that are averaged when an image shrinks. */
const MOST_SAMPLES = 6;

/**
 * @param {'usampler2D' | 'isampler2D' | 'sampler2D'} sampler of the frame's values: unsigned, signed, floating point
 * @param {boolean} isColor
 */
export function fragment(sampler, isColor) {
  const type = isColor ? 'vec3' : 'float';
  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp isampler2D;
precision highp usampler2D;

uniform ${sampler} image;
uniform ivec2 size;
// Viewport pixels, counted from the upper left corner, to image pixels.
uniform vec2 axisX;
uniform vec2 axisY;
uniform vec2 origin;
uniform float viewportHeight;
uniform int samples;
uniform bool smoothing;
uniform int mode;
uniform float scale;
uniform float offset;
uniform bool inverse;
uniform usampler2D table;
uniform int tableFirst;
uniform int tableCount;
uniform float tableLargest;
out vec4 color;

${type} stored(ivec2 place) {
  ${isColor ? 'return texelFetch(image, clamp(place, ivec2(0), size - 1), 0).rgb;'
    : 'return float(texelFetch(image, clamp(place, ivec2(0), size - 1), 0).r);'}
}

${type} nearest(vec2 place) {
  return stored(ivec2(floor(place)));
}

${type} between(vec2 place) {
  vec2 corner = floor(place - 0.5);
  vec2 part = place - 0.5 - corner;
  ivec2 first = ivec2(corner);
  return mix(
    mix(stored(first), stored(first + ivec2(1, 0)), part.x),
    mix(stored(first + ivec2(0, 1)), stored(first + ivec2(1, 1)), part.x), part.y);
}

float fraction(float value) {
  float result = value * scale + offset;
  if (mode == 0) return clamp(result, 0.0, 1.0);
  if (mode == 1) return result > 0.0 ? 1.0 : 0.0;
  if (mode == 2) return 1.0 / (1.0 + exp(result));
  int index = clamp(int(floor(result + 0.5)) - tableFirst, 0, tableCount - 1);
  return float(texelFetch(table, ivec2(index & 255, index >> 8), 0).r) / tableLargest;
}

void main() {
  vec2 here = vec2(gl_FragCoord.x, viewportHeight - gl_FragCoord.y);
  vec2 place = origin + axisX * here.x + axisY * here.y;
  if (any(lessThan(place, vec2(0.0))) || any(greaterThan(place, vec2(size)))) {
    color = vec4(0.0, 0.0, 0.0, 1.0);
    return;
  }
  ${type} value;
  if (samples > 1) {
    value = ${type}(0.0);
    for (int row = 0; row < ${MOST_SAMPLES}; row += 1) {
      if (row >= samples) break;
      for (int column = 0; column < ${MOST_SAMPLES}; column += 1) {
        if (column >= samples) break;
        vec2 part = (vec2(float(column), float(row)) + 0.5) / float(samples) - 0.5;
        value += nearest(place + axisX * part.x + axisY * part.y);
      }
    }
    value /= float(samples * samples);
  } else {
    value = smoothing ? between(place) : nearest(place);
  }
  ${isColor ? 'vec3 level = value;' : 'vec3 level = vec3(fraction(value));'}
  color = vec4(inverse ? 1.0 - level : level, 1.0);
}`;
}

/**
 * Samples a side to average so that no pixel of a shrunk image is passed over, as far as time allows.
 *
 * @param {number} zoom viewport pixels per image pixel
 */
export function samplesFor(zoom) {
  return zoom >= 1 ? 1 : Math.min(Math.ceil(1 / zoom - 0.01), MOST_SAMPLES);
}
