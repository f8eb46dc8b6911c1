#ifndef CCHECKSUM_H
#define CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `length` bytes, continuing from `crc`; start with 0.
///
/// `isocenter_crc32c(isocenter_crc32c(0, a), b)` is the checksum of a and b one after the other.
uint32_t isocenter_crc32c(uint32_t crc, const void *bytes, size_t length);

/// The same by table, whatever the processor can do; for comparison.
uint32_t isocenter_crc32c_portable(uint32_t crc, const void *bytes, size_t length);

#endif
