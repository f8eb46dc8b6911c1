// OpenJPH: the encoding of high-throughput JPEG 2000.

#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_message.h>
#include <openjph/ojph_params.h>

#include "support.h"

namespace {

class silent_info : public ojph::message_info {
 public:
  void operator()(int, const char *, int, const char *, ...) override {}
};

class silent_warning : public ojph::message_warning {
 public:
  void operator()(int, const char *, int, const char *, ...) override {}
};

class thrown_error : public ojph::message_error {
 public:
  void operator()(int, const char *, int, const char *text, ...) override { throw std::runtime_error(text); }
};

/// The library's messages are one global: set once, before the first use.
bool configure() {
  static silent_info info;
  static silent_warning warning;
  static thrown_error error;
  ojph::configure_info(&info);
  ojph::configure_warning(&warning);
  ojph::configure_error(&error);
  return true;
}

int32_t sample(const ccodecs_frame *frame, const uint8_t *samples, size_t position) {
  if (frame->bytes_per_sample == 1) {
    return frame->is_signed ? static_cast<int8_t>(samples[position]) : samples[position];
  }
  uint16_t word;
  memcpy(&word, samples + position * 2, 2);
  return frame->is_signed ? static_cast<int16_t>(word) : word;
}

/// Levels of decomposition that leave at least one sample of the shorter side.
uint32_t levels(const ccodecs_frame *frame) {
  uint32_t side = frame->width < frame->height ? frame->width : frame->height;
  uint32_t count = 0;
  while (count < 5 && side >= 2) {
    side /= 2;
    count++;
  }
  return count;
}

void encode(
    const ccodecs_frame *frame, const uint8_t *samples, float step, bool component_transform,
    ojph::mem_outfile &file) {
  ojph::codestream stream;
  ojph::param_siz size = stream.access_siz();
  size.set_image_extent(ojph::point(frame->width, frame->height));
  size.set_num_components(frame->components);
  for (uint32_t component = 0; component < frame->components; component++) {
    size.set_component(component, ojph::point(1, 1), frame->precision, frame->is_signed);
  }
  size.set_image_offset(ojph::point(0, 0));
  size.set_tile_size(ojph::size(frame->width, frame->height));
  size.set_tile_offset(ojph::point(0, 0));
  ojph::param_cod coding = stream.access_cod();
  coding.set_num_decomposition(levels(frame));
  coding.set_block_dims(64, 64);
  coding.set_progression_order("RPCL");
  coding.set_color_transform(component_transform);
  coding.set_reversible(step == 0);
  if (step != 0) {
    stream.access_qcd().set_irrev_quant(step);
  }
  stream.set_planar(!component_transform);
  stream.write_headers(&file);
  // The library asks for rows, of all components in turn or of one component after the other.
  ojph::ui32 component = 0;
  ojph::line_buf *line = stream.exchange(nullptr, component);
  uint32_t rows[4] = {0, 0, 0, 0};
  size_t remaining = static_cast<size_t>(frame->height) * frame->components;
  for (; remaining > 0; remaining--) {
    if (component >= frame->components || rows[component] >= frame->height) {
      throw std::runtime_error("the encoder asks for rows that there are not");
    }
    size_t start = static_cast<size_t>(rows[component]++) * frame->width;
    for (uint32_t column = 0; column < frame->width; column++) {
      line->i32[column] = sample(frame, samples, (start + column) * frame->components + component);
    }
    line = stream.exchange(line, component);
  }
  stream.flush();
}

}  // namespace

int ccodecs_htj2k_encode(
    const ccodecs_frame *frame, const uint8_t *samples, float step, bool component_transform,
    ccodecs_stream *stream, char *message) {
  if (frame->components > 4 || frame->bytes_per_sample > 2) {
    return ccodecs_fail(CCODECS_UNSUPPORTED, message, "up to four components of up to 16 bits are encoded");
  }
  try {
    static const bool configured = configure();
    (void)configured;
    ojph::mem_outfile file;
    file.open();
    encode(frame, samples, step, component_transform, file);
    size_t length = static_cast<size_t>(file.tell());
    auto *bytes = static_cast<uint8_t *>(malloc(length));
    if (bytes == nullptr) {
      return ccodecs_fail(CCODECS_MEMORY, message, "no memory for the code stream");
    }
    memcpy(bytes, file.get_data(), length);
    stream->bytes = bytes;
    stream->length = length;
    return CCODECS_OK;
  } catch (const std::bad_alloc &) {
    return ccodecs_fail(CCODECS_MEMORY, message, "no memory for the encoder");
  } catch (const std::exception &error) {
    return ccodecs_fail(CCODECS_UNSUPPORTED, message, error.what());
  } catch (...) {
    return ccodecs_fail(CCODECS_UNSUPPORTED, message, "the encoder failed");
  }
}
