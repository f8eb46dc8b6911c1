"""Every sample file through both doors: taken and given back equal, or refused for a reason that is written down here."""

import collections
import concurrent.futures
import os

import checks
import hostile
from checks import ROOT, check, equal, http as ask

FILES = sorted(path for path in (checks.SAMPLES / "dicom").rglob("*") if path.is_file()) if checks.SAMPLES else []


def name(path):
  return str(path.relative_to(checks.SAMPLES / "dicom"))


def stow_reason(answer):
  if answer.status in (200, 202):
    return "stored" if answer.status == 200 else "aside"
  told = answer.json
  rows = told.get("00081198", {}).get("Value", []) + told.get("0008119A", {}).get("Value", [])
  return "%04X" % rows[0]["00081197"]["Value"][0] if rows else "HTTP %d" % answer.status


def table():
  text = (checks.pathlib.Path(__file__).parent / "samples.tsv").read_text().splitlines()
  return dict(line.split("\t") for line in text if line and not line.startswith("#"))


def told(results, kind):
  expected = table()
  found = {file: reason for file, reason in results.items() if reason not in ("stored", "already", "aside")}
  if os.environ.get("PEER_WRITE"):
    (checks.pathlib.Path(os.environ["PEER_WRITE"])).write_text(
      "".join("%s\t%s\n" % pair for pair in sorted(found.items())))
    return
  for file in sorted(set(expected) | set(found)):
    equal("%s: %s" % (kind, file), found.get(file, "stored"), expected.get(file, "stored"))


def stow():
  results, kept = {}, {}

  def one(path):
    data = path.read_bytes()
    answer = checks.stow([data])
    results[name(path)] = stow_reason(answer)
    if answer.status == 200:
      row = answer.json["00081199"]["Value"][0]
      kept.setdefault(row["00081155"]["Value"][0], []).append((path, row["00081190"]["Value"][0]))

  with concurrent.futures.ThreadPoolExecutor(4) as pool:
    list(pool.map(one, FILES))
  told(results, "stow")
  wrong = []

  def back(entry):
    paths = entry[1]
    given = checks.whole(paths[0][1])
    if not any(given == path.read_bytes() for path, _ in paths):
      wrong.append(name(paths[0][0]))
    if ask("GET", paths[0][1] + "/metadata").status != 200:
      wrong.append("metadata of " + name(paths[0][0]))

  with concurrent.futures.ThreadPoolExecutor(4) as pool:
    list(pool.map(back, kept.items()))
  equal("whatever is taken comes back, every byte", wrong, [])
  check("most files are taken", len(kept) > 600, len(kept))
  rows = ask("GET", ROOT + "/instances?limit=5000&includefield=00080018").json
  equal("there is nothing but what was taken", len(rows), len(kept))
  hostile.serving("all samples")


def parted(path):
  """A Part 10 file as path, SOP class, instance, transfer syntax and the bytes of its data set; nothing for others."""
  data = path.read_bytes()
  if data[128:132] != b"DICM":
    return None
  meta = {}
  position = 132
  while data[position:position + 2] == b"\x02\x00":
    number, vr = int.from_bytes(data[position + 2:position + 4], "little"), data[position + 4:position + 6]
    long = vr in (b"OB", b"UN", b"OW", b"SQ", b"UT")
    start = position + (12 if long else 8)
    length = int.from_bytes(data[position + (8 if long else 6):start], "little")
    meta[number] = data[start:start + length].rstrip(b"\x00 ")
    position = start + length
  if not all(meta.get(number) for number in (2, 3, 0x10)):
    return None
  return path, meta[2], meta[3], meta[0x10], data[position:]


def store():
  """By a client of our own that sends a file's data set as it lies there, whatever its file meta information says."""
  sound = [entry for entry in map(parted, FILES) if entry]
  results, wrong = {}, []
  by_class = collections.defaultdict(list)
  for entry in sound:
    by_class[entry[1], entry[3]].append(entry)
  kinds = sorted(by_class)
  for start in range(0, len(kinds), 100):
    some = kinds[start:start + 100]
    with hostile.Association(some) as association:
      for number, kind in enumerate(some):
        context = 2 * number + 1
        for path, sop_class, instance, _, data in by_class[kind]:
          if association.results.get(context) != 0:
            results[name(path)] = "context refused"
            continue
          status, comment = association.store(data, sop_class, instance, context)
          if status == "abort":
            results[name(path)] = "abort"
            break
          results[name(path)] = "stored" if status == 0 else "%04X" % status
          if status and not comment:
            wrong.append(name(path))
  equal("every refusal has a comment", wrong, [])
  expected = table()
  for file, reason in results.items():
    # What STOW refuses is refused here, and nothing else; the word for it may be another.
    if (reason == "stored") != (file not in expected):
      check("store: " + file, reason in ("A900", "context refused") or file in expected, reason)
  check("most files are taken", list(results.values()).count("stored") > 600, collections.Counter(results.values()))
  hostile.serving("all samples")


if __name__ == "__main__":
  checks.run({"stow": stow, "store": store})
