// DCMTK doing what `dicom-benchmarks` does: from a path to the values of an index, and to a whole data set.
#include "round.h"
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

static const DcmTagKey texts[] = {
    DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex, DCM_StudyInstanceUID, DCM_StudyDate,
    DCM_StudyTime, DCM_StudyID, DCM_AccessionNumber, DCM_ReferringPhysicianName, DCM_StudyDescription,
    DCM_SeriesInstanceUID, DCM_Modality, DCM_SeriesDescription, DCM_BodyPartExamined, DCM_SOPInstanceUID,
    DCM_SOPClassUID, DCM_StationName, DCM_InstitutionName};
static const DcmTagKey numbers[] = {DCM_SeriesNumber,  DCM_InstanceNumber, DCM_Rows,
                                    DCM_Columns,       DCM_BitsAllocated,  DCM_NumberOfFrames};

int main(int count, char **arguments) {
  if (count < 3) return 2;
  const std::string row = arguments[1];
  const std::vector<std::string> files(arguments + 2, arguments + count);
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  return takeTurns([&]() -> long {
    for (const auto &path : files) {
      DcmFileFormat file;
      if (row == "header") {
        if (file.loadFileUntilTag(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect,
                                  DCM_PixelData).bad()) return 0;
        DcmDataset *dataSet = file.getDataset();
        OFString text;
        Sint32 number;
        Uint16 small;
        for (const auto &tag : texts) dataSet->findAndGetOFString(tag, text);
        for (const auto &tag : numbers)
          if (dataSet->findAndGetUint16(tag, small).bad()) dataSet->findAndGetSint32(tag, number);
      } else {
        if (file.loadFile(path.c_str()).bad()) return 0;
        if (file.loadAllDataIntoMemory().bad()) return 0;
        const Uint16 *pixels = nullptr;
        if (file.getDataset()->findAndGetUint16Array(DCM_PixelData, pixels).bad() || !pixels) return 0;
      }
    }
    return long(files.size());
  });
}
