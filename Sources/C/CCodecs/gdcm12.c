// The 12-bit JPEG library of GDCM.

#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/12/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/12/jerror.h>

#define CCODECS_JPEG(name) ccodecs_jpeg_gdcm12_##name

#include "gdcm.h"
