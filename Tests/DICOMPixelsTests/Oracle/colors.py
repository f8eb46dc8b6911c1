"""Brings colours of a profile to sRGB with Pillow.

    colors.py PROFILE PIXELS

PIXELS are bytes red, green, blue; prints the converted bytes in hexadecimal.
"""

import io
import sys
from pathlib import Path

from PIL import Image, ImageCms

profile = ImageCms.ImageCmsProfile(io.BytesIO(Path(sys.argv[1]).read_bytes()))
pixels = Path(sys.argv[2]).read_bytes()
image = Image.frombytes("RGB", (len(pixels) // 3, 1), pixels)
converted = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), renderingIntent=0)
print(converted.tobytes().hex())
