// The 16-bit JPEG library of GDCM.

#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/16/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/16/jerror.h>

#define CCODECS_JPEG(name) ccodecs_jpeg_gdcm16_##name

#include "gdcm.h"
