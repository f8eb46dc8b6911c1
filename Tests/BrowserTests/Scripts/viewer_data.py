"""Studies built for the viewer: every image tells which one it is, by its pixels."""

import io
import urllib.request

import numpy
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
  EncapsulatedPDFStorage, ExplicitVRBigEndian, ExplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit,
  SecondaryCaptureImageStorage, UltrasoundMultiFrameImageStorage, BasicTextSRStorage, CTImageStorage)

from browser import WEB

ROOT = "1.2.826.0.1.3680043.10.1471"
SIDE = 128


def uid(*parts):
  return ".".join([ROOT, *map(str, parts)])


def blank(study, series, number, sop_class=SecondaryCaptureImageStorage, modality="OT", syntax=ExplicitVRLittleEndian):
  data = Dataset()
  data.file_meta = FileMetaDataset()
  data.file_meta.TransferSyntaxUID = syntax
  data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = sop_class
  data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = uid(study, series, number)
  data.SpecificCharacterSet = "ISO_IR 192"
  data.StudyInstanceUID, data.SeriesInstanceUID = uid(study), uid(study, series)
  data.Modality = modality
  data.PatientName, data.PatientID = "Viewer^Eva", f"VIEW{study}"
  data.PatientBirthDate, data.PatientSex = "19640229", "F"
  data.StudyDate, data.StudyTime = "20240102", "093000"
  data.StudyDescription, data.SeriesDescription = f"Built study {study}", f"Series {series}"
  data.SeriesNumber, data.InstanceNumber = str(series), str(number)
  return data


def pixels(data, array, bits=None, signed=None, photometric="MONOCHROME2"):
  """Native pixel data of an array: rows × columns (× samples), frames first when there are several."""
  samples = 3 if array.shape[-1] == 3 and array.ndim > 2 else 1
  data.SamplesPerPixel = samples
  data.PhotometricInterpretation = photometric
  data.Rows, data.Columns = array.shape[-3:-1] if samples == 3 else array.shape[-2:]
  data.BitsAllocated = array.dtype.itemsize * 8
  data.BitsStored = bits or data.BitsAllocated
  data.HighBit = data.BitsStored - 1
  data.PixelRepresentation = int(array.dtype.kind == "i" if signed is None else signed)
  if samples == 3:
    data.PlanarConfiguration = 0
  big = data.file_meta.TransferSyntaxUID == ExplicitVRBigEndian
  raw = array.astype(array.dtype.newbyteorder(">" if big else "<")).tobytes()
  data.PixelData = raw + b"\0" * (len(raw) % 2)
  data["PixelData"].VR = "OW" if data.BitsAllocated > 8 else "OB"
  return data


def file_of(data):
  buffer = io.BytesIO()
  data.save_as(buffer, enforce_file_format=True)
  return buffer.getvalue()


def store(objects):
  boundary = "isocenter-viewer-test"
  body = b"".join(
    b"--%s\r\nContent-Type: application/dicom\r\n\r\n%s\r\n" % (boundary.encode(), file_of(data)) for data in objects)
  request = urllib.request.Request(
    WEB + "/dicom-web/studies", data=body + b"--%s--\r\n" % boundary.encode(), method="POST",
    headers={"Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}', "Accept": "application/dicom+json"})
  with urllib.request.urlopen(request, timeout=60) as answer:
    assert answer.status == 200, answer.read()[:500]


def ct(study, series=1, count=24, side=SIDE):
  """A CT whose slices lie in space against their numbers. The middle of slice n (counted from the head) has n * 10 HU."""
  noise = numpy.random.default_rng(study).integers(0, 400, (side, side))
  slices = []
  for place in range(count):
    data = blank(study, series, count - place, CTImageStorage, "CT")
    array = (noise + 1024).astype("uint16")
    array[side // 4:-side // 4, side // 4:-side // 4] = place * 10 + 1024
    pixels(data, array, bits=12)
    data.RescaleSlope, data.RescaleIntercept, data.RescaleType = "1", "-1024", "HU"
    data.WindowCenter, data.WindowWidth = ["120", "-600"], ["255", "1500"]
    data.WindowCenterWidthExplanation = ["SOFT", "LUNG"]
    data.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    data.ImagePositionPatient = ["-100", "-90", str(300 - 2.5 * place)]
    data.PixelSpacing, data.SliceThickness = ["0.8", "0.8"], "2.5"
    data.FrameOfReferenceUID = uid(study, 99)
    slices.append(data)
  return slices


def clip(study, series=1, frames=10, milliseconds=40):
  """A colour clip whose frames differ in their red."""
  array = numpy.zeros((frames, 60, 80, 3), "uint8")
  for frame in range(frames):
    array[frame] = (20 * frame, 40, 200)
  data = pixels(blank(study, series, 1, UltrasoundMultiFrameImageStorage, "US"), array, photometric="RGB")
  data.NumberOfFrames = str(frames)
  data.FrameIncrementPointer = 0x00181063
  data.FrameTime = str(milliseconds)
  return data


def report(study, series):
  data = blank(study, series, 1, BasicTextSRStorage, "SR")
  data.ValueType, data.ContinuityOfContent, data.CompletionFlag, data.VerificationFlag = "CONTAINER", "SEPARATE", "COMPLETE", "UNVERIFIED"
  code = Dataset()
  code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "18748-4", "LN", "Diagnostic imaging report"
  data.ConceptNameCodeSequence = [code]
  return data


def document(study, series):
  data = blank(study, series, 1, EncapsulatedPDFStorage, "DOC")
  data.DocumentTitle, data.MIMETypeOfEncapsulatedDocument, data.BurnedInAnnotation = "Letter", "application/pdf", "NO"
  data.EncapsulatedDocument = b"%PDF-1.4\n%%EOF\n\n"
  return data


def jpeg2000(study, series, array):
  """JPEG 2000 without loss, as Pillow writes it; colours are transformed (PS3.5 §8.2.4)."""
  colored = array.ndim == 3
  data = pixels(blank(study, series, 1, syntax=JPEG2000Lossless), array, photometric="YBR_RCT" if colored else "MONOCHROME2")
  buffer = io.BytesIO()
  Image.fromarray(array).save(buffer, "JPEG2000", no_jp2=True, irreversible=False, mct=1 if colored else 0)
  data.PixelData = encapsulate([buffer.getvalue()])
  data["PixelData"].VR = "OB"
  return data


def compressed(study, series, syntax=JPEG2000Lossless):
  """An image whose code stream is damaged: nobody can decode it."""
  data = pixels(blank(study, series, 1, syntax=syntax), numpy.zeros((16, 16), "uint16"))
  data.PixelData = encapsulate([b"\xff\x4f\xff\x51" + bytes(60)])
  data["PixelData"].VR = "OB"
  return data


def jpeg(study, series, array, quality=95):
  data = pixels(blank(study, series, 1, syntax=JPEGBaseline8Bit), array,
                photometric="YBR_FULL_422" if array.ndim == 3 else "MONOCHROME2")
  buffer = io.BytesIO()
  Image.fromarray(array).save(buffer, "JPEG", quality=quality)
  data.PixelData = encapsulate([buffer.getvalue()])
  data["PixelData"].VR = "OB"
  data.LossyImageCompression = "01"
  return data, numpy.asarray(Image.open(io.BytesIO(buffer.getvalue())).convert("RGB"))


def expected_gray(data, array=None):
  """What pydicom shows of an instance, as levels 0…255."""
  from pydicom.pixels import apply_modality_lut, apply_voi_lut
  array = data.pixel_array if array is None else array
  values = apply_modality_lut(array, data)
  shown = apply_voi_lut(values, data)
  if "VOILUTSequence" in data:
    least, most = 0, max(2 ** data.VOILUTSequence[0].LUTDescriptor[2] - 1, int(shown.max()))
  elif "ModalityLUTSequence" in data:
    bits = data.ModalityLUTSequence[0].LUTDescriptor[2]
    least, most = 0, 2 ** bits - 1
  else:
    low = -(1 << data.BitsStored - 1) if data.PixelRepresentation else 0
    ends = [edge * float(data.get("RescaleSlope", 1)) + float(data.get("RescaleIntercept", 0))
            for edge in (low, low + (1 << data.BitsStored) - 1)]
    least, most = min(ends), max(ends)
  levels = (shown.astype("float64") - least) / (most - least) * 255
  return 255 - levels if data.PhotometricInterpretation == "MONOCHROME1" else levels
