// The two parts of PNG (ISO/IEC 15948) that zlib provides: the compressed data stream and the chunk checksum.

#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

/// The most bytes `cpng_deflate` can write for `length` bytes of input.
size_t cpng_deflate_bound(size_t length);

/// Compresses `source` into a zlib stream (RFC 1950) at `destination`, tuned for filtered scan lines.
/// Returns the number of bytes written, or 0 when the stream does not fit or memory is short.
size_t cpng_deflate(
    uint8_t *destination, size_t capacity, const uint8_t *source, size_t length, int level);

/// Continues the CRC-32 (ISO/IEC 15948 §5.5) `crc` over `length` more bytes; a first call passes 0.
uint32_t cpng_crc32(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
