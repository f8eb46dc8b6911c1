#include "CChecksum.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define HARDWARE_TARGET __attribute__((target("sse4.2")))
#define STEP8(crc, word) _mm_crc32_u8((crc), (word))
#define STEP64(crc, word) _mm_crc32_u64((crc), (word))
#elif defined(__aarch64__)
#include <arm_acle.h>
#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif
#define HARDWARE_TARGET __attribute__((target("crc")))
#define STEP8(crc, word) __crc32cb((uint32_t)(crc), (word))
#define STEP64(crc, word) __crc32cd((uint32_t)(crc), (word))
#endif

// The polynomial 0x1EDC6F41 with its bits reversed.
#define POLYNOMIAL 0x82F63B78u

// Slicing by eight: row k holds what a byte becomes when k zero bytes follow it.
static uint32_t slices[8][256];

// Three runs side by side hide the three cycles that one crc32 instruction takes. A run is this many bytes.
#define RUN 1024

// What a checksum becomes when RUN zero bytes follow it, by each of its four bytes.
static uint32_t shift_by_run[4][256];

static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (POLYNOMIAL & (0u - (crc & 1)));
    slices[0][byte] = crc;
  }
  for (int k = 1; k < 8; k++)
    for (uint32_t byte = 0; byte < 256; byte++)
      slices[k][byte] = (slices[k - 1][byte] >> 8) ^ slices[0][slices[k - 1][byte] & 0xff];
  for (int position = 0; position < 4; position++)
    for (uint32_t byte = 0; byte < 256; byte++) {
      uint32_t crc = byte << (8 * position);
      for (int zero = 0; zero < RUN; zero++) crc = (crc >> 8) ^ slices[0][crc & 0xff];
      shift_by_run[position][byte] = crc;
    }
}

uint32_t isocenter_crc32c_portable(uint32_t crc, const void *bytes, size_t length) {
  pthread_once(&tables_once, make_tables);
  const uint8_t *at = bytes;
  uint32_t value = ~crc;
  while (length >= 8) {
    value ^= (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    value = slices[7][value & 0xff] ^ slices[6][(value >> 8) & 0xff] ^ slices[5][(value >> 16) & 0xff] ^
            slices[4][value >> 24] ^ slices[3][at[4]] ^ slices[2][at[5]] ^ slices[1][at[6]] ^ slices[0][at[7]];
    at += 8;
    length -= 8;
  }
  while (length-- > 0) value = (value >> 8) ^ slices[0][(value ^ *at++) & 0xff];
  return ~value;
}

#if defined(HARDWARE_TARGET)

static inline uint64_t load64(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, 8);
  return word;
}

static inline uint32_t shifted(uint32_t crc) {
  return shift_by_run[0][crc & 0xff] ^ shift_by_run[1][(crc >> 8) & 0xff] ^ shift_by_run[2][(crc >> 16) & 0xff] ^
         shift_by_run[3][crc >> 24];
}

HARDWARE_TARGET static uint32_t hardware(uint32_t crc, const uint8_t *at, size_t length) {
  uint64_t value = (uint32_t)~crc;
  while (length >= 3 * RUN) {
    uint64_t second = 0, third = 0;
    for (size_t i = 0; i < RUN; i += 8) {
      value = STEP64(value, load64(at + i));
      second = STEP64(second, load64(at + RUN + i));
      third = STEP64(third, load64(at + 2 * RUN + i));
    }
    value = shifted((uint32_t)value) ^ (uint32_t)second;
    value = shifted((uint32_t)value) ^ (uint32_t)third;
    at += 3 * RUN;
    length -= 3 * RUN;
  }
  while (length >= 8) {
    value = STEP64(value, load64(at));
    at += 8;
    length -= 8;
  }
  uint32_t rest = (uint32_t)value;
  while (length-- > 0) rest = STEP8(rest, *at++);
  return ~rest;
}

static int has_instructions(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") ? 1 : 0;
#elif defined(__APPLE__)
  return 1;
#else
  return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#endif
}

uint32_t isocenter_crc32c(uint32_t crc, const void *bytes, size_t length) {
  // 0: not asked yet, 1: yes, 2: no. Asking twice from two threads does no harm.
  static _Atomic int instructions = 0;
  int known = atomic_load_explicit(&instructions, memory_order_acquire);
  if (known == 0) {
    known = has_instructions() ? 1 : 2;
    pthread_once(&tables_once, make_tables);
    atomic_store_explicit(&instructions, known, memory_order_release);
  }
  if (known == 1) return hardware(crc, bytes, length);
  return isocenter_crc32c_portable(crc, bytes, length);
}

#else

uint32_t isocenter_crc32c(uint32_t crc, const void *bytes, size_t length) {
  return isocenter_crc32c_portable(crc, bytes, length);
}

#endif
