import ArchiveCore
import DICOM
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// QIDO-RS (PS3.18 §10.6).
extension DICOMwebDoor {
  func search(_ resource: SearchResource, _ request: DICOMwebRequest) async throws -> Response {
    let contentType = try request.accept.negotiateJSON()
    let search = try SearchRequest(request.query)
    var warnings = search.warnings
    let keys = try matchingKeys(of: search, for: resource, request, warnings: &warnings)
    let limit = min(search.limit ?? configuration.maximumResults, configuration.maximumResults)
    let query = Query(level: resource.level.queryLevel, keys: keys, limit: limit, offset: search.offset)
    let page = continuations.continued(query, as: request.principal)
    let result = try await metrics.searched(query.level) { try await archive.find(page, as: request.principal) }
    continuations.note(result, of: query, as: request.principal)
    if result.hasMore { warnings.append(ServiceWarning.moreResults) }
    var headers = HTTPFields()
    for warning in warnings { headers.append(warning: warning, from: request.root) }
    guard !result.matches.isEmpty else {
      // PS3.18 Table 10.6.3-1: nothing found is 204, which OHIF and dicomweb-client take as an empty list.
      var response = Response(status: .noContent, headers: headers)
      response.headers[.contentLength] = nil
      return response
    }
    headers[.contentType] = contentType
    let shown = resource.returnAttributes(search)
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody(byteBuffer: json(result.matches, level: resource.level, showing: shown, root: request.root)))
  }

  /// The keys of the query and those of the path.
  private func matchingKeys(
    of search: SearchRequest, for resource: SearchResource, _ request: DICOMwebRequest, warnings: inout [String]
  ) throws -> [MatchingKey] {
    var keys: [MatchingKey] = []
    if resource.parent != nil {
      keys.append(MatchingKey(.studyInstanceUID, .ui, .single(try request.study.value)))
    }
    if resource.parent == .series {
      keys.append(MatchingKey(.seriesInstanceUID, .ui, .single(try request.series.value)))
    }
    let level = resource.level.queryLevel
    var matches: [SearchRequest.Match] = []
    for match in search.matches {
      let tag = match.path.outermost
      // Modality asked of a study means Modalities in Study.
      if LevelAttributes.isKnown(tag, at: level) || (tag == .modality && level == .study) {
        matches.append(match)
      } else if !LevelAttributes.steering.contains(tag) {
        warnings.append("The attribute \(match.path) is not supported for matching at this level and was ignored.")
      }
    }
    keys += try MatchingKey.keys(of: matches, emptyValueMatching: search.emptyValueMatching)
    return keys.understood(MatchingOptions(isFuzzy: search.fuzzyMatching))
  }

  /// The results as a JSON array (PS3.18 §F.2).
  private func json(
    _ matches: [Match], level: SearchResource.Level, showing shown: Set<Tag>?, root: ServiceRoot
  ) -> ByteBuffer {
    var output: [UInt8] = [UInt8(ascii: "[")]
    for (position, match) in matches.enumerated() {
      if position > 0 { output.append(UInt8(ascii: ",")) }
      DICOMJSON.encode(match.row(level, showing: shown, root: root), into: &output)
    }
    output.append(UInt8(ascii: "]"))
    return ByteBuffer(bytes: output)
  }
}

extension SearchResource.Level {
  var queryLevel: Query.Level {
    switch self {
    case .study: .study
    case .series: .series
    case .instance: .instance
    }
  }
}

extension Match {
  /// What a client sees of a match: the attributes it gets by default or asked for, and where to retrieve it.
  fileprivate func row(_ level: SearchResource.Level, showing shown: Set<Tag>?, root: ServiceRoot) -> DataSet {
    var row = attributes
    if let shown { row.removeAll { !shown.contains($0.tag) } }
    // JSON is UTF-8, and says so (PS3.18 §F.2.5).
    row.set(.specificCharacterSet, .cs, "ISO_IR 192")
    if shown?.contains(.instanceAvailability) ?? true {
      row.set(.instanceAvailability, .cs, "ONLINE")
    }
    if let study {
      row.set(.studyInstanceUID, .ui, study.value)
      var address = root.study(study.value)
      if level >= .series, let series {
        row.set(.seriesInstanceUID, .ui, series.value)
        address = root.series(series.value, of: study.value)
        if level == .instance, let instance {
          row.set(.sopInstanceUID, .ui, instance.value)
          address = root.instance(instance.value, of: series.value, in: study.value)
        }
      }
      row.set(.retrieveURL, .ur, address)
    }
    return row
  }
}
