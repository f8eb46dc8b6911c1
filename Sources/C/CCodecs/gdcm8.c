// The 8-bit JPEG library of GDCM.

#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/8/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/8/jerror.h>

#define CCODECS_JPEG(name) ccodecs_jpeg_gdcm8_##name

#include "gdcm.h"
