#include "CColor.h"

#include <lcms2.h>
#include <string.h>

/// Pixels handed over at once: the library counts them in 32 bits.
enum { BATCH = 1 << 20 };

int ccolor_to_srgb(const uint8_t *profile, size_t length, uint32_t intent, uint8_t *pixels, size_t count) {
  // A context of its own: neither its errors nor its caches are shared with another thread.
  cmsContext context = cmsCreateContext(NULL, NULL);
  if (context == NULL) {
    return CCOLOR_NO_TRANSFORM;
  }
  int status = CCOLOR_NO_PROFILE;
  cmsHPROFILE source = length <= UINT32_MAX ? cmsOpenProfileFromMemTHR(context, profile, (cmsUInt32Number)length) : NULL;
  cmsHPROFILE target = NULL;
  cmsHTRANSFORM transform = NULL;
  if (source != NULL) {
    if (cmsGetColorSpace(source) != cmsSigRgbData) {
      status = CCOLOR_NOT_RGB;
    } else {
      status = CCOLOR_NO_TRANSFORM;
      target = cmsCreate_sRGBProfileTHR(context);
      if (target != NULL) {
        transform = cmsCreateTransformTHR(context, source, TYPE_RGB_8, target, TYPE_RGB_8, intent, 0);
      }
    }
  }
  if (transform != NULL) {
    for (size_t done = 0; done < count; done += BATCH) {
      size_t rest = count - done;
      cmsUInt32Number batch = (cmsUInt32Number)(rest < BATCH ? rest : BATCH);
      cmsDoTransform(transform, pixels + done * 3, pixels + done * 3, batch);
    }
    cmsDeleteTransform(transform);
    status = CCOLOR_DONE;
  }
  if (target != NULL) {
    cmsCloseProfile(target);
  }
  if (source != NULL) {
    cmsCloseProfile(source);
  }
  cmsDeleteContext(context);
  return status;
}

size_t ccolor_srgb_profile(uint8_t *profile, size_t capacity) {
  cmsContext context = cmsCreateContext(NULL, NULL);
  if (context == NULL) {
    return 0;
  }
  cmsHPROFILE source = cmsCreate_sRGBProfileTHR(context);
  cmsUInt32Number length = 0;
  size_t written = 0;
  if (source != NULL) {
    if (cmsSaveProfileToMem(source, NULL, &length) && length <= capacity &&
        cmsSaveProfileToMem(source, profile, &length) && length >= 128) {
      written = length;
      // Date of creation: 2000-01-01; and no identifier, which is made of it (ICC.1 §7.2.8, §7.2.18).
      static const uint8_t date[12] = {0x07, 0xD0, 0, 1, 0, 1};
      memcpy(profile + 24, date, sizeof date);
      memset(profile + 84, 0, 16);
    }
    cmsCloseProfile(source);
  }
  cmsDeleteContext(context);
  return written;
}
