// Decoding and encoding by a library with the interface of the Independent JPEG Group. Included once by each file that
// has included the library's headers and defined CCODECS_JPEG(name); the libraries differ in the width of a sample.

#include <setjmp.h>

#include "support.h"

/// Coded bytes are made in pieces of this size.
enum { CCODECS_OUTPUT_PIECE = 64 * 1024 };

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  char *message;
  int status;
} error_manager;

static void error_exit(j_common_ptr codec) {
  error_manager *errors = (error_manager *)codec->err;
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  switch (codec->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
      errors->status = CCODECS_MEMORY;
      break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
      errors->status = CCODECS_UNSUPPORTED;
      break;
    default:
      errors->status = CCODECS_CORRUPT;
  }
  snprintf(errors->message, CCODECS_MESSAGE_LENGTH, "%s", text);
  longjmp(errors->escape, 1);
}

/// A picture of which the library had to guess a part is none that anybody should read.
static void emit_message(j_common_ptr codec, int level) {
  if (level >= 0) {
    return;
  }
  switch (codec->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      codec->err->num_warnings++;
      return;
    default:
      error_exit(codec);
  }
}

static void output_message(j_common_ptr codec) {
  (void)codec;
}

static void start_errors(error_manager *errors, char *message) {
  jpeg_std_error(&errors->base);
  errors->base.error_exit = error_exit;
  errors->base.emit_message = emit_message;
  errors->base.output_message = output_message;
  errors->message = message;
  errors->status = CCODECS_CORRUPT;
}

static void init_source(j_decompress_ptr decoder) {
  (void)decoder;
}

/// Everything was handed over at once, so that asking for more is having come to the end too early.
static boolean fill_input_buffer(j_decompress_ptr decoder) {
  error_manager *errors = (error_manager *)decoder->err;
  errors->status = CCODECS_CORRUPT;
  snprintf(errors->message, CCODECS_MESSAGE_LENGTH, "the code stream ends early");
  longjmp(errors->escape, 1);
  return FALSE;
}

static void skip_input_data(j_decompress_ptr decoder, long count) {
  if (count <= 0) {
    return;
  }
  if ((size_t)count > decoder->src->bytes_in_buffer) {
    fill_input_buffer(decoder);
  }
  decoder->src->next_input_byte += count;
  decoder->src->bytes_in_buffer -= (size_t)count;
}

static void term_source(j_decompress_ptr decoder) {
  (void)decoder;
}

/// What must survive a jump out of the library.
typedef struct {
  struct jpeg_decompress_struct decoder;
  struct jpeg_source_mgr source;
  error_manager errors;
  JSAMPLE *row;
} decoding;

int CCODECS_JPEG(decode)(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message) {
  decoding *state = calloc(1, sizeof *state);
  if (state == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for a decoder");
  }
  start_errors(&state->errors, message);
  state->decoder.err = &state->errors.base;
  int status = CCODECS_OK;
  if (setjmp(state->errors.escape) != 0) {
    status = state->errors.status;
  } else {
    jpeg_create_decompress(&state->decoder);
    state->source = (struct jpeg_source_mgr){
        .next_input_byte = stream,
        .bytes_in_buffer = length,
        .init_source = init_source,
        .fill_input_buffer = fill_input_buffer,
        .skip_input_data = skip_input_data,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = term_source,
    };
    state->decoder.src = &state->source;
    jpeg_read_header(&state->decoder, TRUE);
    struct jpeg_decompress_struct *decoder = &state->decoder;
    if (decoder->image_width != frame->width || decoder->image_height != frame->height ||
        (uint32_t)decoder->num_components != frame->components ||
        (uint32_t)decoder->data_precision != frame->precision) {
      status = ccodecs_disagree(
          message, frame, decoder->image_width, decoder->image_height, (uint32_t)decoder->num_components,
          (uint32_t)decoder->data_precision);
    } else if (CCODECS_JPEG_IS_UNSUPPORTED(decoder)) {
      status = ccodecs_fail(CCODECS_UNSUPPORTED, message, "a progressive or arithmetic JPEG code stream");
    } else {
      decoder->jpeg_color_space = JCS_UNKNOWN;
      decoder->out_color_space = JCS_UNKNOWN;
      decoder->dct_method = CCODECS_JPEG_TRANSFORM;
      jpeg_start_decompress(decoder);
      size_t count = (size_t)frame->width * frame->components;
      size_t row_length = ccodecs_row_length(frame);
      state->row = malloc(count * sizeof(JSAMPLE));
      if (state->row == NULL) {
        status = ccodecs_fail(CCODECS_MEMORY, message, "no memory for a row");
      } else {
        while (decoder->output_scanline < decoder->output_height) {
          uint8_t *target = output + decoder->output_scanline * row_length;
          JSAMPROW rows[1] = {state->row};
          if (jpeg_read_scanlines(decoder, rows, 1) != 1) {
            fill_input_buffer(decoder);
          }
          if (frame->bytes_per_sample == sizeof(JSAMPLE)) {
            memcpy(target, state->row, row_length);
          } else {
            for (size_t index = 0; index < count; index++) {
              target[index] = (uint8_t)state->row[index];
            }
          }
        }
      }
    }
  }
  jpeg_destroy_decompress(&state->decoder);
  free(state->row);
  free(state);
  return status;
}

/// What must survive a jump out of the library.
typedef struct {
  struct jpeg_compress_struct encoder;
  struct jpeg_destination_mgr destination;
  error_manager errors;
  JSAMPLE *row;
  uint8_t *bytes;
  size_t capacity;
} encoding;

static void grow(j_compress_ptr encoder, size_t used) {
  encoding *state = (encoding *)encoder->client_data;
  uint8_t *larger = realloc(state->bytes, used + CCODECS_OUTPUT_PIECE);
  if (larger == NULL) {
    state->errors.status = CCODECS_MEMORY;
    snprintf(state->errors.message, CCODECS_MESSAGE_LENGTH, "no memory for the code stream");
    longjmp(state->errors.escape, 1);
  }
  state->bytes = larger;
  state->capacity = used + CCODECS_OUTPUT_PIECE;
  state->destination.next_output_byte = larger + used;
  state->destination.free_in_buffer = CCODECS_OUTPUT_PIECE;
}

static void init_destination(j_compress_ptr encoder) {
  grow(encoder, 0);
}

static boolean empty_output_buffer(j_compress_ptr encoder) {
  encoding *state = (encoding *)encoder->client_data;
  grow(encoder, state->capacity);
  return TRUE;
}

static void term_destination(j_compress_ptr encoder) {
  (void)encoder;
}

static void set_up(struct jpeg_compress_struct *encoder, int first, int second);

static int encode(
    const ccodecs_frame *frame, const uint8_t *samples, int first, int second, ccodecs_stream *stream,
    char *message) {
  encoding *state = calloc(1, sizeof *state);
  if (state == NULL) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for an encoder");
  }
  start_errors(&state->errors, message);
  state->encoder.err = &state->errors.base;
  int status = CCODECS_OK;
  if (setjmp(state->errors.escape) != 0) {
    status = state->errors.status;
  } else {
    struct jpeg_compress_struct *encoder = &state->encoder;
    jpeg_create_compress(encoder);
    encoder->client_data = state;
    state->destination = (struct jpeg_destination_mgr){
        .init_destination = init_destination,
        .empty_output_buffer = empty_output_buffer,
        .term_destination = term_destination,
    };
    encoder->dest = &state->destination;
    encoder->image_width = frame->width;
    encoder->image_height = frame->height;
    encoder->input_components = (int)frame->components;
    encoder->data_precision = (int)frame->precision;
    set_up(encoder, first, second);
    encoder->data_precision = (int)frame->precision;
    size_t count = (size_t)frame->width * frame->components;
    size_t row_length = ccodecs_row_length(frame);
    state->row = malloc(count * sizeof(JSAMPLE));
    if (state->row == NULL) {
      status = ccodecs_fail(CCODECS_MEMORY, message, "no memory for a row");
    } else {
      jpeg_start_compress(encoder, TRUE);
      while (encoder->next_scanline < encoder->image_height) {
        const uint8_t *source = samples + encoder->next_scanline * row_length;
        if (frame->bytes_per_sample == sizeof(JSAMPLE)) {
          memcpy(state->row, source, row_length);
        } else {
          for (size_t index = 0; index < count; index++) {
            state->row[index] = source[index];
          }
        }
        JSAMPROW rows[1] = {state->row};
        jpeg_write_scanlines(encoder, rows, 1);
      }
      jpeg_finish_compress(encoder);
      stream->length = state->capacity - state->destination.free_in_buffer;
      stream->bytes = state->bytes;
      state->bytes = NULL;
    }
  }
  jpeg_destroy_compress(&state->encoder);
  free(state->bytes);
  free(state->row);
  free(state);
  return status;
}
