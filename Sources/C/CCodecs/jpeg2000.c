// OpenJPEG: JPEG 2000, and the decoding of HTJ2K.

#include <openjpeg-2.5/openjpeg.h>

#include "support.h"

/// Coded bytes are made and read in pieces of this size.
enum { CHUNK = 64 * 1024 };

typedef struct {
  const uint8_t *bytes;
  size_t length;
  size_t position;
} source;

static OPJ_SIZE_T read_source(void *buffer, OPJ_SIZE_T count, void *data) {
  source *from = data;
  size_t left = from->length - from->position;
  if (left == 0) {
    return (OPJ_SIZE_T)-1;
  }
  size_t taken = count < left ? count : left;
  memcpy(buffer, from->bytes + from->position, taken);
  from->position += taken;
  return taken;
}

static OPJ_OFF_T skip_source(OPJ_OFF_T count, void *data) {
  source *from = data;
  size_t left = from->length - from->position;
  if (count < 0 || left == 0) {
    return -1;
  }
  size_t taken = (size_t)count < left ? (size_t)count : left;
  from->position += taken;
  return (OPJ_OFF_T)taken;
}

static OPJ_BOOL seek_source(OPJ_OFF_T position, void *data) {
  source *from = data;
  if (position < 0 || (size_t)position > from->length) {
    return OPJ_FALSE;
  }
  from->position = (size_t)position;
  return OPJ_TRUE;
}

typedef struct {
  uint8_t *bytes;
  size_t length;
  size_t capacity;
  size_t position;
} sink;

static bool reserve(sink *into, size_t end) {
  if (end <= into->capacity) {
    return true;
  }
  size_t capacity = end + end / 2 + CHUNK;
  uint8_t *larger = realloc(into->bytes, capacity);
  if (larger == NULL) {
    return false;
  }
  into->bytes = larger;
  into->capacity = capacity;
  return true;
}

static OPJ_SIZE_T write_sink(void *buffer, OPJ_SIZE_T count, void *data) {
  sink *into = data;
  if (!reserve(into, into->position + count)) {
    return (OPJ_SIZE_T)-1;
  }
  memcpy(into->bytes + into->position, buffer, count);
  into->position += count;
  if (into->position > into->length) {
    into->length = into->position;
  }
  return count;
}

static OPJ_OFF_T skip_sink(OPJ_OFF_T count, void *data) {
  sink *into = data;
  if (count < 0 || !reserve(into, into->position + (size_t)count)) {
    return -1;
  }
  memset(into->bytes + into->position, 0, (size_t)count);
  into->position += (size_t)count;
  if (into->position > into->length) {
    into->length = into->position;
  }
  return count;
}

static OPJ_BOOL seek_sink(OPJ_OFF_T position, void *data) {
  sink *into = data;
  if (position < 0 || (size_t)position > into->length) {
    return OPJ_FALSE;
  }
  into->position = (size_t)position;
  return OPJ_TRUE;
}

/// Keeps the first error the library tells.
static void keep(const char *text, void *data) {
  char *message = data;
  if (message[0] != 0) {
    return;
  }
  snprintf(message, CCODECS_MESSAGE_LENGTH, "%s", text);
  size_t length = strlen(message);
  while (length > 0 && (message[length - 1] == '\n' || message[length - 1] == ' ')) {
    message[--length] = 0;
  }
}

static void ignore(const char *text, void *data) {
  (void)text;
  (void)data;
}

static int corrupt(char *message) {
  if (message[0] == 0) {
    return ccodecs_fail(CCODECS_CORRUPT, message, "the code stream cannot be decoded");
  }
  return CCODECS_CORRUPT;
}

static void store(const ccodecs_frame *frame, const opj_image_t *image, uint8_t *output) {
  size_t count = (size_t)frame->width * frame->height;
  for (uint32_t component = 0; component < frame->components; component++) {
    const OPJ_INT32 *values = image->comps[component].data;
    for (size_t index = 0; index < count; index++) {
      size_t position = index * frame->components + component;
      switch (frame->bytes_per_sample) {
        case 1:
          output[position] = (uint8_t)values[index];
          break;
        case 2: {
          uint16_t value = (uint16_t)values[index];
          memcpy(output + position * 2, &value, 2);
          break;
        }
        default: {
          uint32_t value = (uint32_t)values[index];
          memcpy(output + position * 4, &value, 4);
        }
      }
    }
  }
}

static int check(const ccodecs_frame *frame, const opj_image_t *image, char *message) {
  for (uint32_t index = 0; index < image->numcomps; index++) {
    const opj_image_comp_t *component = &image->comps[index];
    if (component->w != frame->width || component->h != frame->height || image->numcomps != frame->components ||
        component->prec != frame->precision) {
      return ccodecs_disagree(message, frame, component->w, component->h, image->numcomps, component->prec);
    }
    if (component->dx != 1 || component->dy != 1) {
      return ccodecs_fail(CCODECS_UNSUPPORTED, message, "components of different resolution");
    }
    if ((component->sgnd != 0) != frame->is_signed) {
      return ccodecs_fail(CCODECS_DISAGREES, message, "the components differ in sign from what was described");
    }
  }
  return image->numcomps == frame->components
             ? CCODECS_OK
             : ccodecs_disagree(message, frame, frame->width, frame->height, image->numcomps, frame->precision);
}

/// Whether the stream is in the JP2 file format, which DICOM does not use, rather than a bare code stream.
static bool is_file(const uint8_t *stream, size_t length) {
  static const uint8_t signature[] = {0, 0, 0, 12, 'j', 'P', ' ', ' '};
  return length >= sizeof signature && memcmp(stream, signature, sizeof signature) == 0;
}

int ccodecs_jpeg2000_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message) {
  message[0] = 0;
  source from = {.bytes = stream, .length = length};
  opj_codec_t *codec = opj_create_decompress(is_file(stream, length) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  opj_stream_t *input = opj_stream_create(CHUNK, OPJ_TRUE);
  opj_image_t *image = NULL;
  int status = CCODECS_OK;
  if (codec == NULL || input == NULL) {
    status = ccodecs_fail(CCODECS_MEMORY, message, "no memory for a decoder");
  } else {
    opj_set_error_handler(codec, keep, message);
    opj_set_warning_handler(codec, ignore, NULL);
    opj_set_info_handler(codec, ignore, NULL);
    opj_stream_set_user_data(input, &from, NULL);
    opj_stream_set_user_data_length(input, length);
    opj_stream_set_read_function(input, read_source);
    opj_stream_set_skip_function(input, skip_source);
    opj_stream_set_seek_function(input, seek_source);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
    if (!opj_setup_decoder(codec, &parameters) || !opj_decoder_set_strict_mode(codec, OPJ_TRUE) ||
        !opj_read_header(input, codec, &image)) {
      status = corrupt(message);
    } else {
      status = check(frame, image, message);
    }
    if (status == CCODECS_OK) {
      if (!opj_decode(codec, input, image) || !opj_end_decompress(codec, input)) {
        status = corrupt(message);
      } else {
        status = check(frame, image, message);
        for (uint32_t index = 0; status == CCODECS_OK && index < image->numcomps; index++) {
          if (image->comps[index].data == NULL) {
            status = ccodecs_fail(CCODECS_CORRUPT, message, "a component has no samples");
          }
        }
        if (status == CCODECS_OK) {
          store(frame, image, output);
        }
      }
    }
  }
  if (image != NULL) {
    opj_image_destroy(image);
  }
  if (input != NULL) {
    opj_stream_destroy(input);
  }
  if (codec != NULL) {
    opj_destroy_codec(codec);
  }
  return status;
}

static opj_image_t *load(const ccodecs_frame *frame, const uint8_t *samples) {
  opj_image_cmptparm_t *components = calloc(frame->components, sizeof *components);
  if (components == NULL) {
    return NULL;
  }
  for (uint32_t index = 0; index < frame->components; index++) {
    components[index] = (opj_image_cmptparm_t){
        .dx = 1,
        .dy = 1,
        .w = frame->width,
        .h = frame->height,
        .prec = frame->precision,
        .sgnd = frame->is_signed,
    };
  }
  opj_image_t *image = opj_image_create(
      frame->components, components, frame->components == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB);
  free(components);
  if (image == NULL) {
    return NULL;
  }
  image->x1 = frame->width;
  image->y1 = frame->height;
  size_t count = (size_t)frame->width * frame->height;
  for (uint32_t component = 0; component < frame->components; component++) {
    OPJ_INT32 *values = image->comps[component].data;
    for (size_t index = 0; index < count; index++) {
      size_t position = index * frame->components + component;
      uint16_t word = 0;
      switch (frame->bytes_per_sample) {
        case 1:
          values[index] = frame->is_signed ? (int8_t)samples[position] : samples[position];
          break;
        case 2:
          memcpy(&word, samples + position * 2, 2);
          values[index] = frame->is_signed ? (int16_t)word : word;
          break;
        default:
          memcpy(&values[index], samples + position * 4, 4);
      }
    }
  }
  return image;
}

/// Levels of decomposition that leave at least one sample of the shorter side.
static int levels(const ccodecs_frame *frame) {
  uint32_t side = frame->width < frame->height ? frame->width : frame->height;
  int count = 0;
  while (count < 5 && side >= 2) {
    side /= 2;
    count++;
  }
  return count;
}

int ccodecs_jpeg2000_encode(
    const ccodecs_frame *frame, const uint8_t *samples, float ratio, bool component_transform,
    ccodecs_stream *stream, char *message) {
  message[0] = 0;
  sink into = {0};
  opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t *output = opj_stream_create(CHUNK, OPJ_FALSE);
  opj_image_t *image = load(frame, samples);
  int status = CCODECS_OK;
  if (codec == NULL || output == NULL || image == NULL) {
    status = ccodecs_fail(CCODECS_MEMORY, message, "no memory for an encoder");
  } else {
    opj_set_error_handler(codec, keep, message);
    opj_set_warning_handler(codec, ignore, NULL);
    opj_set_info_handler(codec, ignore, NULL);
    opj_stream_set_user_data(output, &into, NULL);
    opj_stream_set_write_function(output, write_sink);
    opj_stream_set_skip_function(output, skip_sink);
    opj_stream_set_seek_function(output, seek_sink);
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.tcp_rates[0] = ratio;
    parameters.irreversible = ratio > 0;
    parameters.tcp_mct = component_transform ? 1 : 0;
    parameters.numresolution = levels(frame) + 1;
    if (!opj_setup_encoder(codec, &parameters, image) || !opj_start_compress(codec, image, output) ||
        !opj_encode(codec, output) || !opj_end_compress(codec, output)) {
      status = corrupt(message);
    } else {
      *stream = (ccodecs_stream){.bytes = into.bytes, .length = into.length};
      into.bytes = NULL;
    }
  }
  free(into.bytes);
  if (image != NULL) {
    opj_image_destroy(image);
  }
  if (output != NULL) {
    opj_stream_destroy(output);
  }
  if (codec != NULL) {
    opj_destroy_codec(codec);
  }
  return status;
}
