// One plain face over the libraries that read and write the code streams of DICOM's encapsulated transfer syntaxes
// (PS3.5 §8.2). A call neither prints nor ends the process nor lets an exception out; what went wrong is its status and
// a message. Every call is independent of every other and may run on any thread.

#ifndef CCODECS_H
#define CCODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  CCODECS_OK = 0,
  /// The code stream ends early or contradicts itself.
  CCODECS_CORRUPT = 1,
  /// The code stream is of another image than was described.
  CCODECS_DISAGREES = 2,
  /// The code stream is sound, as far as was seen, and uses what the library cannot do.
  CCODECS_UNSUPPORTED = 3,
  CCODECS_MEMORY = 4,
};

/// Bytes of a message, the terminating zero included.
#define CCODECS_MESSAGE_LENGTH 200

/// The samples of a frame: interleaved by pixel, in native byte order, without padding.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint32_t components;
  /// Bits of a sample in the code stream.
  uint32_t precision;
  bool is_signed;
  /// 1, 2 or 4: what a sample takes in memory.
  uint32_t bytes_per_sample;
} ccodecs_frame;

/// A code stream that was made; `ccodecs_free` gives it back.
typedef struct {
  uint8_t *bytes;
  size_t length;
} ccodecs_stream;

void ccodecs_free(ccodecs_stream stream);

// Decoders. `frame` says what the code stream must hold; `output` has exactly the bytes of it.

/// JPEG with DCT and 8-bit samples (ISO/IEC 10918-1, processes 1 and 2), without colour conversion.
int ccodecs_jpeg8_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message);
/// JPEG of 2 to 16-bit samples by the library built for 8, 12 or 16 bits: DCT (process 4) with 12, lossless (process 14)
/// with all; without colour conversion.
int ccodecs_jpeg_gdcm8_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message);
int ccodecs_jpeg_gdcm12_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message);
int ccodecs_jpeg_gdcm16_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message);
/// JPEG-LS (ISO/IEC 14495-1), lossless and near-lossless.
int ccodecs_jpegls_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message);
/// JPEG 2000 and HTJ2K (ISO/IEC 15444-1, -2 as far as array-based component transforms, -15).
int ccodecs_jpeg2000_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message);
/// JPEG XL (ISO/IEC 18181).
int ccodecs_jpegxl_decode(
    const uint8_t *stream, size_t length, const ccodecs_frame *frame, uint8_t *output, char *message);
/// What a JPEG XL code stream holds, by its header.
int ccodecs_jpegxl_describe(const uint8_t *stream, size_t length, ccodecs_frame *frame, char *message);

// Encoders. `samples` has exactly the bytes that `frame` says.

/// What three components are, and what a baseline code stream makes of them.
enum {
  /// Grey, or components that are coded as they are.
  CCODECS_COLOR_NONE = 0,
  /// RGB to Y CB CR, each in full.
  CCODECS_COLOR_RGB = 1,
  /// RGB to Y CB CR, colour differences at half the horizontal resolution.
  CCODECS_COLOR_RGB_422 = 2,
  /// Y CB CR as they are.
  CCODECS_COLOR_YBR = 3,
};

int ccodecs_jpeg8_encode(
    const ccodecs_frame *frame, const uint8_t *samples, int quality, int color, ccodecs_stream *stream,
    char *message);
/// `predictor` 1 to 7 codes without loss (process 14), 0 by DCT with `quality` (process 4, 12 bits).
int ccodecs_jpeg_gdcm8_encode(
    const ccodecs_frame *frame, const uint8_t *samples, int predictor, int quality, ccodecs_stream *stream,
    char *message);
int ccodecs_jpeg_gdcm12_encode(
    const ccodecs_frame *frame, const uint8_t *samples, int predictor, int quality, ccodecs_stream *stream,
    char *message);
int ccodecs_jpeg_gdcm16_encode(
    const ccodecs_frame *frame, const uint8_t *samples, int predictor, int quality, ccodecs_stream *stream,
    char *message);
/// `near` is the largest difference a sample may get; 0 is lossless.
int ccodecs_jpegls_encode(
    const ccodecs_frame *frame, const uint8_t *samples, int near, ccodecs_stream *stream, char *message);
/// `ratio` 0 codes without loss (5-3 wavelet), others to about that ratio of sizes (9-7 wavelet).
int ccodecs_jpeg2000_encode(
    const ccodecs_frame *frame, const uint8_t *samples, float ratio, bool component_transform,
    ccodecs_stream *stream, char *message);
/// High-throughput JPEG 2000 in progression order RPCL; `step` 0 codes without loss, others are the quantisation step as
/// a fraction of the range of samples.
int ccodecs_htj2k_encode(
    const ccodecs_frame *frame, const uint8_t *samples, float step, bool component_transform,
    ccodecs_stream *stream, char *message);
/// JPEG XL without loss.
int ccodecs_jpegxl_encode(
    const ccodecs_frame *frame, const uint8_t *samples, ccodecs_stream *stream, char *message);

// Workers.

/// The descriptors a worker is started with.
enum { CCODECS_WORKER_SOCKET = 3, CCODECS_WORKER_MEMORY = 4 };

/// A file that is only memory (memfd_create(2)), or -1 and `errno`.
int ccodecs_memory_file(void);

/// Takes from the calling process what a worker needs no more once it runs: new files and connections, new rights, being
/// looked into. Returns 0 or an `errno`.
int ccodecs_confine_worker(void);

/// Starts a program with the two descriptors and no other; its standard streams lead nowhere. Returns 0 or an `errno`.
int ccodecs_spawn_worker(
    const char *executable, char *const arguments[], char *const environment[], int socket, int memory,
    int *child);

#ifdef __cplusplus
}
#endif

#endif
