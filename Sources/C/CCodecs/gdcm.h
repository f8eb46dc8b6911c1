// The libraries of GDCM: an extension of the Independent JPEG Group's by lossless coding, built for 8, 12 and 16 bits.

#define CCODECS_JPEG_IS_UNSUPPORTED(decoder) \
  ((decoder)->process == JPROC_PROGRESSIVE || (decoder)->arith_code)

/// Twelve bits are more than the integer transform is exact for.
#define CCODECS_JPEG_TRANSFORM JDCT_FLOAT

#include "jpeg.h"

static void set_up(struct jpeg_compress_struct *encoder, int predictor, int quality) {
  encoder->in_color_space = encoder->input_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(encoder);
  if (encoder->input_components == 3) {
    jpeg_set_colorspace(encoder, JCS_RGB);
  }
  if (predictor > 0) {
    jpeg_simple_lossless(encoder, predictor, 0);
  } else {
    jpeg_set_quality(encoder, quality, TRUE);
  }
  encoder->optimize_coding = TRUE;
  for (int component = 0; component < encoder->num_components; component++) {
    encoder->comp_info[component].h_samp_factor = 1;
    encoder->comp_info[component].v_samp_factor = 1;
  }
}

int CCODECS_JPEG(encode)(
    const ccodecs_frame *frame, const uint8_t *samples, int predictor, int quality, ccodecs_stream *stream,
    char *message) {
  return encode(frame, samples, predictor, quality, stream, message);
}
