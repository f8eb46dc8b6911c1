// libjpeg-turbo: DCT with 8-bit samples.

#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

#define CCODECS_JPEG(name) ccodecs_jpeg8_##name
#define CCODECS_JPEG_IS_UNSUPPORTED(decoder) ((decoder)->progressive_mode || (decoder)->arith_code)

#define CCODECS_JPEG_TRANSFORM JDCT_ISLOW

#include "jpeg.h"

static void set_up(struct jpeg_compress_struct *encoder, int quality, int color) {
  switch (color) {
    case CCODECS_COLOR_RGB:
    case CCODECS_COLOR_RGB_422:
      encoder->in_color_space = JCS_RGB;
      break;
    case CCODECS_COLOR_YBR:
      encoder->in_color_space = JCS_YCbCr;
      break;
    default:
      encoder->in_color_space = encoder->input_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  }
  jpeg_set_defaults(encoder);
  if (color == CCODECS_COLOR_NONE && encoder->input_components == 3) {
    jpeg_set_colorspace(encoder, JCS_RGB);
  }
  jpeg_set_quality(encoder, quality, TRUE);
  encoder->dct_method = JDCT_ISLOW;
  encoder->optimize_coding = TRUE;
  if (encoder->num_components == 3) {
    encoder->comp_info[0].h_samp_factor = color == CCODECS_COLOR_RGB_422 ? 2 : 1;
    encoder->comp_info[0].v_samp_factor = 1;
  }
}

int ccodecs_jpeg8_encode(
    const ccodecs_frame *frame, const uint8_t *samples, int quality, int color, ccodecs_stream *stream,
    char *message) {
  return encode(frame, samples, quality, color, stream, message);
}
