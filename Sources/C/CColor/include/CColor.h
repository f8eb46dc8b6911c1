// Colours of one ICC profile (ICC.1) brought to another, by Little CMS.

#ifndef CCOLOR_H
#define CCOLOR_H

#include <stddef.h>
#include <stdint.h>

/// Why nothing was converted.
enum ccolor_status {
  CCOLOR_DONE = 0,
  /// The bytes are no profile, or a damaged one.
  CCOLOR_NO_PROFILE = 1,
  /// A profile of another colour space than RGB.
  CCOLOR_NOT_RGB = 2,
  /// The profile's transform cannot be made, or memory is short.
  CCOLOR_NO_TRANSFORM = 3,
};

/// Brings `count` pixels of three bytes from the colours of `profile` to sRGB, in place. `intent` is 0 to 3 (ICC.1 §7.2.15).
int ccolor_to_srgb(const uint8_t *profile, size_t length, uint32_t intent, uint8_t *pixels, size_t count);

/// Writes an sRGB profile of version 4 at `profile`, the same every time. Returns its length, or 0 when it does not fit.
size_t ccolor_srgb_profile(uint8_t *profile, size_t capacity);

#endif
