// CharLS: JPEG-LS.

#include <charls/charls.h>

#include "support.h"

static int failure(charls_jpegls_errc error, char *message) {
  switch (error) {
    case CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY:
      return ccodecs_fail(CCODECS_MEMORY, message, "no memory for JPEG-LS");
    case CHARLS_JPEGLS_ERRC_PARAMETER_VALUE_NOT_SUPPORTED:
    case CHARLS_JPEGLS_ERRC_ENCODING_NOT_SUPPORTED:
    case CHARLS_JPEGLS_ERRC_COLOR_TRANSFORM_NOT_SUPPORTED:
    case CHARLS_JPEGLS_ERRC_BIT_DEPTH_FOR_TRANSFORM_NOT_SUPPORTED:
    case CHARLS_JPEGLS_ERRC_JPEGLS_PRESET_EXTENDED_PARAMETER_TYPE_NOT_SUPPORTED:
      return ccodecs_fail(CCODECS_UNSUPPORTED, message, charls_get_error_message(error));
    default:
      return ccodecs_fail(CCODECS_CORRUPT, message, charls_get_error_message(error));
  }
}

/// Planes become pixels.
static void interleave(const ccodecs_frame *frame, const uint8_t *planes, uint8_t *output) {
  size_t count = (size_t)frame->width * frame->height;
  for (uint32_t component = 0; component < frame->components; component++) {
    for (size_t index = 0; index < count; index++) {
      memcpy(
          output + (index * frame->components + component) * frame->bytes_per_sample,
          planes + (component * count + index) * frame->bytes_per_sample, frame->bytes_per_sample);
    }
  }
}

static int decode(
    charls_jpegls_decoder *decoder, const uint8_t *stream, size_t length, const ccodecs_frame *frame,
    uint8_t *output, char *message) {
  charls_jpegls_errc error = charls_jpegls_decoder_set_source_buffer(decoder, stream, length);
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    return failure(error, message);
  }
  charls_spiff_header spiff;
  int32_t found = 0;
  error = charls_jpegls_decoder_read_spiff_header(decoder, &spiff, &found);
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    return failure(error, message);
  }
  error = charls_jpegls_decoder_read_header(decoder);
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    return failure(error, message);
  }
  charls_frame_info info;
  error = charls_jpegls_decoder_get_frame_info(decoder, &info);
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    return failure(error, message);
  }
  if (info.width != frame->width || info.height != frame->height ||
      (uint32_t)info.component_count != frame->components ||
      (uint32_t)info.bits_per_sample != frame->precision) {
    return ccodecs_disagree(
        message, frame, info.width, info.height, (uint32_t)info.component_count, (uint32_t)info.bits_per_sample);
  }
  size_t size = 0;
  error = charls_jpegls_decoder_get_destination_size(decoder, 0, &size);
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    return failure(error, message);
  }
  if (size != ccodecs_frame_length(frame)) {
    return ccodecs_fail(CCODECS_DISAGREES, message, "the decoded frame has another size than was described");
  }
  charls_interleave_mode mode;
  error = charls_jpegls_decoder_get_interleave_mode(decoder, &mode);
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    return failure(error, message);
  }
  uint8_t *planes = NULL;
  if (mode == CHARLS_INTERLEAVE_MODE_NONE && frame->components > 1) {
    planes = malloc(size);
    if (planes == NULL) {
      return ccodecs_fail(CCODECS_MEMORY, message, "no memory for the planes");
    }
  }
  error = charls_jpegls_decoder_decode_to_buffer(decoder, planes != NULL ? planes : output, size, 0);
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS && planes != NULL) {
    interleave(frame, planes, output);
  }
  free(planes);
  return error == CHARLS_JPEGLS_ERRC_SUCCESS ? CCODECS_OK : failure(error, message);
}

int ccodecs_jpegls_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message) {
  charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
  if (decoder == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for a decoder");
  }
  int status = decode(decoder, stream, length, frame, output, message);
  charls_jpegls_decoder_destroy(decoder);
  return status;
}

static int encode(
    charls_jpegls_encoder *encoder, const ccodecs_frame *frame, const uint8_t *samples, int near,
    ccodecs_stream *stream, char *message) {
  charls_frame_info info = {
      .width = frame->width,
      .height = frame->height,
      .bits_per_sample = (int32_t)frame->precision,
      .component_count = (int32_t)frame->components,
  };
  charls_jpegls_errc error = charls_jpegls_encoder_set_frame_info(encoder, &info);
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS) {
    error = charls_jpegls_encoder_set_near_lossless(encoder, near);
  }
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS && frame->components > 1) {
    error = charls_jpegls_encoder_set_interleave_mode(encoder, CHARLS_INTERLEAVE_MODE_LINE);
  }
  size_t capacity = 0;
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS) {
    error = charls_jpegls_encoder_get_estimated_destination_size(encoder, &capacity);
  }
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    return failure(error, message);
  }
  // The library estimates for images, not for noise, which JPEG-LS makes larger.
  capacity += capacity / 2 + 1024;
  uint8_t *bytes = malloc(capacity);
  if (bytes == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for the code stream");
  }
  error = charls_jpegls_encoder_set_destination_buffer(encoder, bytes, capacity);
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS) {
    error = charls_jpegls_encoder_encode_from_buffer(encoder, samples, ccodecs_frame_length(frame), 0);
  }
  size_t length = 0;
  if (error == CHARLS_JPEGLS_ERRC_SUCCESS) {
    error = charls_jpegls_encoder_get_bytes_written(encoder, &length);
  }
  if (error != CHARLS_JPEGLS_ERRC_SUCCESS) {
    free(bytes);
    return failure(error, message);
  }
  stream->bytes = bytes;
  stream->length = length;
  return CCODECS_OK;
}

int ccodecs_jpegls_encode(
    const ccodecs_frame *frame, const uint8_t *samples, int near, ccodecs_stream *stream, char *message) {
  charls_jpegls_encoder *encoder = charls_jpegls_encoder_create();
  if (encoder == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for an encoder");
  }
  int status = encode(encoder, frame, samples, near, stream, message);
  charls_jpegls_encoder_destroy(encoder);
  return status;
}
