// What the shims share.

#ifndef CCODECS_SUPPORT_H
#define CCODECS_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CCodecs.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Writes the message of a failure and returns its status.
static inline int ccodecs_fail(int status, char *message, const char *text) {
  snprintf(message, CCODECS_MESSAGE_LENGTH, "%s", text);
  return status;
}

static inline size_t ccodecs_row_length(const ccodecs_frame *frame) {
  return (size_t)frame->width * frame->components * frame->bytes_per_sample;
}

static inline size_t ccodecs_frame_length(const ccodecs_frame *frame) {
  return ccodecs_row_length(frame) * frame->height;
}

/// Writes how what a code stream holds differs from what was described.
static inline int ccodecs_disagree(
    char *message, const ccodecs_frame *frame, uint32_t width, uint32_t height, uint32_t components,
    uint32_t precision) {
  snprintf(
      message, CCODECS_MESSAGE_LENGTH,
      "the code stream holds %u x %u pixels of %u samples of %u bits, described were %u x %u of %u of %u",
      width, height, components, precision, frame->width, frame->height, frame->components, frame->precision);
  return CCODECS_DISAGREES;
}

#ifdef __cplusplus
}
#endif

#endif
