#include "support.h"

void ccodecs_free(ccodecs_stream stream) {
  free(stream.bytes);
}
