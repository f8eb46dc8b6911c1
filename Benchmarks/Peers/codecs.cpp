// The codec libraries by themselves: each code stream of the arguments decoded into memory, again and again. `memory`
// copies buffers as large as the files, `read` reads them from the page cache into new memory.
#include "round.h"
#include <charls/charls.h>
#include <cstring>
#include <fcntl.h>
#include <gdcmImageReader.h>
#include <jxl/decode.h>
#include <openjpeg-2.5/openjpeg.h>
#include <turbojpeg.h>
#include <unistd.h>

using Bytes = std::vector<unsigned char>;

static bool jpeg(const Bytes &stream) {
  static tjhandle handle = tjInitDecompress();
  int width, height, sampling, space;
  if (tjDecompressHeader3(handle, stream.data(), stream.size(), &width, &height, &sampling, &space)) return false;
  const int format = space == TJCS_GRAY ? TJPF_GRAY : TJPF_RGB;
  Bytes samples(size_t(width) * height * tjPixelSize[format]);
  return tjDecompress2(handle, stream.data(), stream.size(), samples.data(), width, 0, height, format, TJFLAG_ACCURATEDCT) == 0;
}

static bool jpegLS(const Bytes &stream) {
  charls::jpegls_decoder decoder{stream, true};
  Bytes samples(decoder.destination_size());
  decoder.decode(samples);
  return true;
}

struct Cursor { const Bytes *stream; size_t position; };

static bool jpeg2000(const Bytes &stream) {
  Cursor cursor{&stream, 0};
  opj_stream_t *input = opj_stream_default_create(OPJ_TRUE);
  opj_stream_set_user_data(input, &cursor, nullptr);
  opj_stream_set_user_data_length(input, stream.size());
  opj_stream_set_read_function(input, [](void *to, OPJ_SIZE_T count, void *from) -> OPJ_SIZE_T {
    auto *cursor = static_cast<Cursor *>(from);
    const size_t rest = cursor->stream->size() - cursor->position;
    if (rest == 0) return OPJ_SIZE_T(-1);
    const size_t taken = count < rest ? count : rest;
    std::memcpy(to, cursor->stream->data() + cursor->position, taken);
    cursor->position += taken;
    return taken;
  });
  opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t *image = nullptr;
  const bool done = opj_setup_decoder(codec, &parameters) && opj_read_header(input, codec, &image) &&
                    opj_decode(codec, input, image) && opj_end_decompress(codec, input);
  opj_destroy_codec(codec);
  opj_stream_destroy(input);
  if (image) opj_image_destroy(image);
  return done;
}

static bool jpegXL(const Bytes &stream) {
  JxlDecoder *decoder = JxlDecoderCreate(nullptr);
  JxlDecoderSubscribeEvents(decoder, JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE);
  JxlDecoderSetInput(decoder, stream.data(), stream.size());
  JxlDecoderCloseInput(decoder);
  Bytes samples;
  JxlBasicInfo info{};
  bool done = false;
  for (;;) {
    const auto status = JxlDecoderProcessInput(decoder);
    if (status == JXL_DEC_BASIC_INFO) {
      if (JxlDecoderGetBasicInfo(decoder, &info) != JXL_DEC_SUCCESS) break;
    } else if (status == JXL_DEC_NEED_IMAGE_OUT_BUFFER) {
      const JxlPixelFormat format{info.num_color_channels, info.bits_per_sample > 8 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8,
                                  JXL_LITTLE_ENDIAN, 0};
      size_t size = 0;
      JxlDecoderImageOutBufferSize(decoder, &format, &size);
      samples.resize(size);
      JxlDecoderSetImageOutBuffer(decoder, &format, samples.data(), size);
    } else if (status == JXL_DEC_FULL_IMAGE || status == JXL_DEC_SUCCESS) {
      done = true;
      break;
    } else break;
  }
  JxlDecoderDestroy(decoder);
  return done;
}

static bool gdcmFile(const std::string &path) {
  gdcm::ImageReader reader;
  reader.SetFileName(path.c_str());
  if (!reader.Read()) return false;
  const gdcm::Image &image = reader.GetImage();
  std::vector<char> samples(image.GetBufferLength());
  return image.GetBuffer(samples.data());
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  const std::string row = arguments[1];
  const std::vector<std::string> files(arguments + 2, arguments + count);
  std::vector<Bytes> streams;
  for (const auto &path : files) streams.push_back(bytesOf(path));
  Bytes target;
  return takeTurns([&]() -> long {
    for (size_t each = 0; each < files.size(); ++each) {
      bool done = true;
      if (row == "jpeg") done = jpeg(streams[each]);
      else if (row == "jpegls") done = jpegLS(streams[each]);
      else if (row == "j2k") done = jpeg2000(streams[each]);
      else if (row == "jxl") done = jpegXL(streams[each]);
      else if (row == "gdcm") done = gdcmFile(files[each]);
      else if (row == "memory") {
        // New memory each time, as whoever reads a file needs it.
        auto *copy = static_cast<unsigned char *>(std::malloc(streams[each].size()));
        std::memcpy(copy, streams[each].data(), streams[each].size());
        asm volatile("" : : "r"(copy) : "memory");
        std::free(copy);
      } else if (row == "read") {
        const int file = open(files[each].c_str(), O_RDONLY);
        auto *copy = static_cast<unsigned char *>(std::malloc(streams[each].size()));
        done = pread(file, copy, streams[each].size(), 0) == ssize_t(streams[each].size());
        std::free(copy);
        close(file);
      } else return 0;
      if (!done) return 0;
    }
    return long(files.size());
  });
}
