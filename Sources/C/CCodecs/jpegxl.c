// libjxl: JPEG XL.

#include <jxl/decode.h>
#include <jxl/encode.h>

#include "support.h"

/// Bytes by which the room for a code stream grows.
enum { CHUNK = 64 * 1024 };

static uint32_t largest(uint32_t precision) {
  return (1u << precision) - 1;
}

/// The library gives samples of 9 to 15 bits spread over 16.
static void narrow(const ccodecs_frame *frame, uint8_t *samples) {
  if (frame->precision == 8 || frame->precision == 16) {
    return;
  }
  size_t count = (size_t)frame->width * frame->height * frame->components;
  uint64_t top = largest(frame->precision);
  for (size_t index = 0; index < count; index++) {
    if (frame->bytes_per_sample == 1) {
      samples[index] = (uint8_t)((samples[index] * top + 127) / 255);
    } else {
      uint16_t value;
      memcpy(&value, samples + index * 2, 2);
      value = (uint16_t)((value * top + 32767) / 65535);
      memcpy(samples + index * 2, &value, 2);
    }
  }
}

static void take(ccodecs_frame *frame, const JxlBasicInfo *info) {
  *frame = (ccodecs_frame){
      .width = info->xsize,
      .height = info->ysize,
      .components = info->num_color_channels + info->num_extra_channels,
      .precision = info->bits_per_sample,
      .is_signed = false,
      .bytes_per_sample = info->bits_per_sample > 8 ? 2 : 1,
  };
}

static int decode(
    JxlDecoder *decoder, const ccodecs_frame *wanted, ccodecs_frame *found, uint8_t *output, char *message) {
  bool is_done = false;
  for (;;) {
    switch (JxlDecoderProcessInput(decoder)) {
      case JXL_DEC_BASIC_INFO: {
        JxlBasicInfo info;
        if (JxlDecoderGetBasicInfo(decoder, &info) != JXL_DEC_SUCCESS) {
          return ccodecs_fail(CCODECS_CORRUPT, message, "no basic information");
        }
        if (info.have_animation || info.exponent_bits_per_sample != 0 || info.bits_per_sample > 16) {
          return ccodecs_fail(CCODECS_UNSUPPORTED, message, "animations, floating point or more than 16 bits");
        }
        take(found, &info);
        if (wanted == NULL) {
          return CCODECS_OK;
        }
        if (found->width != wanted->width || found->height != wanted->height ||
            found->components != wanted->components || found->precision != wanted->precision) {
          return ccodecs_disagree(
              message, wanted, found->width, found->height, found->components, found->precision);
        }
        break;
      }
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER: {
        JxlPixelFormat format = {
            .num_channels = wanted->components,
            .data_type = wanted->bytes_per_sample == 1 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
            .endianness = JXL_NATIVE_ENDIAN,
            .align = 0,
        };
        size_t size = 0;
        if (JxlDecoderImageOutBufferSize(decoder, &format, &size) != JXL_DEC_SUCCESS ||
            size != ccodecs_frame_length(wanted)) {
          return ccodecs_fail(CCODECS_DISAGREES, message, "the decoded frame has another size than was described");
        }
        if (JxlDecoderSetImageOutBuffer(decoder, &format, output, size) != JXL_DEC_SUCCESS) {
          return ccodecs_fail(CCODECS_UNSUPPORTED, message, "the samples cannot be given as they are stored");
        }
        break;
      }
      case JXL_DEC_FULL_IMAGE:
        is_done = true;
        break;
      case JXL_DEC_SUCCESS:
        return is_done ? CCODECS_OK : ccodecs_fail(CCODECS_CORRUPT, message, "the code stream has no image");
      case JXL_DEC_NEED_MORE_INPUT:
        return ccodecs_fail(CCODECS_CORRUPT, message, "the code stream ends early");
      default:
        return ccodecs_fail(CCODECS_CORRUPT, message, "the code stream cannot be decoded");
    }
  }
}

static int run(
    const uint8_t *stream, size_t length, const ccodecs_frame *wanted, ccodecs_frame *found, uint8_t *output,
    char *message) {
  JxlDecoder *decoder = JxlDecoderCreate(NULL);
  if (decoder == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for a decoder");
  }
  int events = wanted == NULL ? JXL_DEC_BASIC_INFO : JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE;
  int status;
  if (JxlDecoderSubscribeEvents(decoder, events) != JXL_DEC_SUCCESS ||
      JxlDecoderSetKeepOrientation(decoder, JXL_TRUE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetInput(decoder, stream, length) != JXL_DEC_SUCCESS) {
    status = ccodecs_fail(CCODECS_MEMORY, message, "the decoder could not be started");
  } else {
    JxlDecoderCloseInput(decoder);
    status = decode(decoder, wanted, found, output, message);
  }
  JxlDecoderDestroy(decoder);
  return status;
}

int ccodecs_jpegxl_describe(const uint8_t *stream, size_t length, ccodecs_frame *frame, char *message) {
  return run(stream, length, NULL, frame, NULL, message);
}

int ccodecs_jpegxl_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message) {
  ccodecs_frame found;
  int status = run(stream, length, frame, &found, output, message);
  if (status == CCODECS_OK) {
    narrow(frame, output);
  }
  return status;
}

/// Samples spread over the 8 or 16 bits that the library takes them in.
static uint8_t *spread(const ccodecs_frame *frame, const uint8_t *samples) {
  uint8_t *wide = malloc(ccodecs_frame_length(frame));
  if (wide == NULL) {
    return NULL;
  }
  size_t count = (size_t)frame->width * frame->height * frame->components;
  uint64_t top = largest(frame->precision);
  for (size_t index = 0; index < count; index++) {
    if (frame->bytes_per_sample == 1) {
      wide[index] = (uint8_t)((samples[index] * 255u + top / 2) / top);
    } else {
      uint16_t value;
      memcpy(&value, samples + index * 2, 2);
      value = (uint16_t)((value * (uint64_t)65535 + top / 2) / top);
      memcpy(wide + index * 2, &value, 2);
    }
  }
  return wide;
}

static int collect(JxlEncoder *encoder, ccodecs_stream *stream, char *message) {
  uint8_t *bytes = NULL;
  size_t length = 0;
  for (;;) {
    uint8_t *larger = realloc(bytes, length + CHUNK);
    if (larger == NULL) {
      free(bytes);
      return ccodecs_fail(CCODECS_MEMORY, message, "no memory for the code stream");
    }
    bytes = larger;
    uint8_t *next = bytes + length;
    size_t room = CHUNK;
    JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &next, &room);
    length = (size_t)(next - bytes);
    if (status == JXL_ENC_SUCCESS) {
      *stream = (ccodecs_stream){.bytes = bytes, .length = length};
      return CCODECS_OK;
    }
    if (status != JXL_ENC_NEED_MORE_OUTPUT) {
      free(bytes);
      return ccodecs_fail(CCODECS_UNSUPPORTED, message, "the encoder refused the frame");
    }
  }
}

static int encode(
    JxlEncoder *encoder, const ccodecs_frame *frame, const uint8_t *samples, ccodecs_stream *stream,
    char *message) {
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = frame->width;
  info.ysize = frame->height;
  info.bits_per_sample = frame->precision;
  info.num_color_channels = frame->components;
  info.uses_original_profile = JXL_TRUE;
  JxlColorEncoding colors;
  JxlColorEncodingSetToSRGB(&colors, frame->components == 1);
  JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate(encoder, NULL);
  JxlPixelFormat format = {
      .num_channels = frame->components,
      .data_type = frame->bytes_per_sample == 1 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
      .endianness = JXL_NATIVE_ENDIAN,
      .align = 0,
  };
  uint8_t *wide = spread(frame, samples);
  if (wide == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for the samples");
  }
  int status = CCODECS_OK;
  if (JxlEncoderSetBasicInfo(encoder, &info) != JXL_ENC_SUCCESS ||
      JxlEncoderSetColorEncoding(encoder, &colors) != JXL_ENC_SUCCESS || settings == NULL ||
      JxlEncoderSetFrameLossless(settings, JXL_TRUE) != JXL_ENC_SUCCESS ||
      JxlEncoderAddImageFrame(settings, &format, wide, ccodecs_frame_length(frame)) != JXL_ENC_SUCCESS) {
    status = ccodecs_fail(CCODECS_UNSUPPORTED, message, "the encoder refused the frame");
  } else {
    JxlEncoderCloseInput(encoder);
    status = collect(encoder, stream, message);
  }
  free(wide);
  return status;
}

int ccodecs_jpegxl_encode(
    const ccodecs_frame *frame, const uint8_t *samples, ccodecs_stream *stream, char *message) {
  JxlEncoder *encoder = JxlEncoderCreate(NULL);
  if (encoder == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for an encoder");
  }
  int status = encode(encoder, frame, samples, stream, message);
  JxlEncoderDestroy(encoder);
  return status;
}
