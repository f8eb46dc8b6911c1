#include "CPNG.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

size_t cpng_deflate_bound(size_t length) {
  return compressBound((uLong)length);
}

size_t cpng_deflate(
    uint8_t *destination, size_t capacity, const uint8_t *source, size_t length, int level) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS, 9, Z_FILTERED) != Z_OK) {
    return 0;
  }
  // zlib counts in `unsigned int`, so larger buffers are handed over in pieces.
  size_t consumed = 0;
  size_t written = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    size_t input = length - consumed;
    size_t output = capacity - written;
    if (output == 0) {
      break;
    }
    if (input > INT_MAX) {
      input = INT_MAX;
    }
    if (output > INT_MAX) {
      output = INT_MAX;
    }
    stream.next_in = (Bytef *)(source + consumed);
    stream.avail_in = (uInt)input;
    stream.next_out = destination + written;
    stream.avail_out = (uInt)output;
    status = deflate(&stream, consumed + input == length ? Z_FINISH : Z_NO_FLUSH);
    consumed += input - stream.avail_in;
    written += output - stream.avail_out;
  }
  deflateEnd(&stream);
  return status == Z_STREAM_END ? written : 0;
}

uint32_t cpng_crc32(uint32_t crc, const uint8_t *bytes, size_t length) {
  return (uint32_t)crc32_z(crc, bytes, length);
}
