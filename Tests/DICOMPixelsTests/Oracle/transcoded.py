"""Compares what pydicom decodes of transcoded files with what it decodes of their original.

    transcoded.py ORIGINAL FILE …

Prints for each FILE: its Transfer Syntax UID, the largest difference of a sample or the reason why there is none, its
Photometric Interpretation and its Lossy Image Compression, separated by tabs. Colours are compared as RGB.
"""

import logging
import sys
import warnings

import numpy as np
import pydicom
from pydicom.pixels import pixel_array

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
expected = pixel_array(sys.argv[1]).astype(np.int64)
for name in sys.argv[2:]:
    ds = pydicom.dcmread(name)
    try:
        difference = np.abs(pixel_array(ds).astype(np.int64) - expected).max()
    except Exception as error:
        difference = f"{type(error).__name__} {error}".splitlines()[0]
    print(
        ds.file_meta.TransferSyntaxUID, difference, ds.PhotometricInterpretation,
        ds.get("LossyImageCompression", "-"), sep="\t",
    )
