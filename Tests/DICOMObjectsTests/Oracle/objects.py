"""What highdicom, pydicom and numpy say of objects, in lines that the tests compare with ours.

    objects.py tree FILE...      the content trees, one line a content item
    objects.py highdicom FILE... reads each report as highdicom's own classes; one line a measurement group
"""

import sys
import warnings

import pydicom

warnings.simplefilter("ignore")


def escaped(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def clean(value):
    return "" if value is None else str(value).rstrip(" \0")


def code(item):
    for keyword in ("CodeValue", "LongCodeValue", "URNCodeValue"):
        if clean(item.get(keyword)):
            return "|".join(
                (clean(item.get(keyword)).strip(), clean(item.get("CodingSchemeDesignator")).strip(),
                 clean(item.get("CodeMeaning")).strip()))
    return ""


def concept(dataset, keyword):
    items = dataset.get(keyword)
    return code(items[0]) if items else ""


def numbers(value):
    if value is None:
        return []
    return [value] if not hasattr(value, "__iter__") or isinstance(value, str) else list(value)


def floats(values):
    import numpy

    return ",".join(str(numpy.float32(v)) for v in numbers(values))


def integers(values):
    return "[" + ", ".join(str(int(v)) for v in numbers(values)) + "]"


def value(item):
    kind = clean(item.get("ValueType"))
    references = item.get("ReferencedSOPSequence") or []
    reference = references[0] if references else None
    if kind == "TEXT":
        return clean(item.get("TextValue"))
    if kind == "DATE":
        return clean(item.get("Date"))
    if kind == "TIME":
        return clean(item.get("Time"))
    if kind == "DATETIME":
        return clean(item.get("DateTime"))
    if kind == "NUM":
        measured = item.get("MeasuredValueSequence")
        if not measured or measured[0].get("NumericValue") is None:
            return "none " + concept(item, "NumericValueQualifierCodeSequence")
        number = numbers(measured[0].NumericValue)[0]
        unit = concept(measured[0], "MeasurementUnitsCodeSequence") or "1|UCUM|no units"
        return f"{getattr(number, 'original_string', number)}".strip() + " " + unit
    if kind == "CODE":
        return concept(item, "ConceptCodeSequence") or "?"
    if kind == "UIDREF":
        return clean(item.get("UID"))
    if kind == "PNAME":
        return clean(item.get("PersonName")) or "?"
    if kind == "CONTAINER":
        return clean(item.get("ContinuityOfContent")) or "SEPARATE"
    if kind in ("COMPOSITE", "IMAGE", "WAVEFORM"):
        # Some name no class: we keep such an item without its value.
        if reference is None or not all(reference.get(f"ReferencedSOP{part}UID") for part in ("Class", "Instance")):
            return "?"
        text = f"{reference.ReferencedSOPClassUID} {reference.ReferencedSOPInstanceUID}"
        if kind == "IMAGE":
            text += " " + integers(reference.get("ReferencedFrameNumber"))
            text += " " + integers(reference.get("ReferencedSegmentNumber"))
        if kind == "WAVEFORM":
            text += " " + integers(reference.get("ReferencedWaveformChannels"))
        return text
    if kind == "SCOORD":
        return f"{item.GraphicType} {floats(item.GraphicData)}"
    if kind == "SCOORD3D":
        return f"{item.GraphicType} {floats(item.GraphicData)} {item.ReferencedFrameOfReferenceUID}"
    if kind == "TCOORD":
        return clean(item.TemporalRangeType)
    if kind == "TABLE":
        table = item.TabulatedValuesSequence[0]
        return f"{table.NumberOfTableRows}x{table.NumberOfTableColumns}"
    if "ReferencedContentItemIdentifier" in item:
        return integers(item.ReferencedContentItemIdentifier)
    return "?"


def tree(item, place, is_root=True):
    relationship = "" if is_root else clean(item.get("RelationshipType")) or "CONTAINS"
    template = item.get("ContentTemplateSequence")
    text = value(item)
    kind = clean(item.get("ValueType"))
    if text == "?":
        kind = ""
    fields = [
        place, relationship, kind, concept(item, "ConceptNameCodeSequence"),
        clean(template[0].get("TemplateIdentifier")) if template else "", text]
    print("\t".join(escaped(f) for f in fields))
    for number, child in enumerate(item.get("ContentSequence") or [], 1):
        tree(child, f"{place}.{number}", False)


def read_with_highdicom(path):
    import highdicom

    report = highdicom.sr.srread(path)
    content = report.content
    if not isinstance(content, highdicom.sr.MeasurementReport):
        print("report", type(report).__name__, len(content[0].ContentSequence if "ContentSequence" in content[0] else []))
        return
    kinds = {
        "planar": content.get_planar_roi_measurement_groups(),
        "volumetric": content.get_volumetric_roi_measurement_groups(),
        "general": content.get_image_measurement_groups(),
    }
    print("report", type(report).__name__, *(len(groups) for groups in kinds.values()))
    for kind, groups in kinds.items():
        for group in groups:
            finding = group.finding_type
            reference = getattr(group, "reference_type", None)
            sites = "+".join(site.value.value for site in group.finding_sites)
            print(
                kind, group.tracking_uid, finding.value if finding else "-", sites or "-",
                reference.value if reference is not None else "-", sep="\t")
            for measurement in group.get_measurements():
                print(
                    "measurement", measurement.name.value, measurement.value, measurement.unit.value,
                    measurement.derivation.value if measurement.derivation else "-", sep="\t")
            for evaluation in group.get_qualitative_evaluations():
                print("evaluation", evaluation.name.value, evaluation.value.value, sep="\t")


def main(verb, paths):
    for path in paths:
        print("file", path, sep="\t")
        if verb == "tree":
            tree(pydicom.dcmread(path), "1")
        elif verb == "highdicom":
            read_with_highdicom(path)
        else:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
