import DICOM

extension WaveformGroup: ItemCodable {
  static let maximumChannels = 8_192

  init(item: ItemReader) throws(ObjectError) {
    label = item.string(.multiplexGroupLabel)
    originality = item.string(.waveformOriginality).flatMap(Originality.init(rawValue:)) ?? .original
    samplingFrequencyHertz = try item.required(.samplingFrequency, item.double(.samplingFrequency))
    sampleCount = try item.count(.numberOfWaveformSamples, upTo: Int(UInt32.max))
    interpretation = try item.term(.waveformSampleInterpretation)
    channels = try item.values(.channelDefinitionSequence)
    guard !channels.isEmpty, channels.count <= WaveformGroup.maximumChannels else {
      throw item.error(.limitExceeded, .channelDefinitionSequence, "1 to \(WaveformGroup.maximumChannels) channels")
    }
    if let count = item.int(.numberOfWaveformChannels), count != channels.count {
      throw item.error(.contradiction, .numberOfWaveformChannels, "as many as Channel Definition Sequence has")
    }
    data = try item.bytes(.waveformData)
    // No overflow: 2^32 samples of 2^13 channels of 2^2 bytes.
    guard data.count >= sampleCount * channels.count * interpretation.bytes else {
      throw item.error(.contradiction, .waveformData, "as many samples as announced")
    }
    data = Array(data.prefix(sampleCount * channels.count * interpretation.bytes))
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard !channels.isEmpty, sampleCount > 0, samplingFrequencyHertz > 0,
      data.count == sampleCount * channels.count * interpretation.bytes
    else { throw writer.error(.contradiction, .waveformData, "samples × channels values") }
    try writer.put(.multiplexGroupLabel, ifAny: label)
    try writer.put(.waveformOriginality, text: originality.rawValue)
    try writer.put(.numberOfWaveformChannels, .us, channels.count)
    try writer.put(.numberOfWaveformSamples, .ul, sampleCount)
    try writer.put(.samplingFrequency, .ds, doubles: [samplingFrequencyHertz])
    try writer.put(.channelDefinitionSequence, items: channels)
    try writer.put(.waveformBitsAllocated, .us, interpretation.bytes * 8)
    try writer.put(.waveformSampleInterpretation, text: interpretation.rawValue)
    let isWide = interpretation.bytes > 1
    writer.put(.waveformData, isWide ? .ow : .ob, bytes: data.count % 2 == 0 ? data : data + [0])
  }
}

extension WaveformChannel: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    label = item.string(.channelLabel)
    source = try item.required(.channelSourceSequence, try item.concept(.channelSourceSequence))
    scale = nil
    if let sensitivity = item.double(.channelSensitivity) {
      scale = Scale(
        sensitivity: sensitivity, correctionFactor: item.double(.channelSensitivityCorrectionFactor) ?? 1,
        baseline: item.double(.channelBaseline) ?? 0,
        unit: try item.concept(.channelSensitivityUnitsSequence) ?? .noUnits)
    }
    bitsStored = item.int(.waveformBitsStored) ?? 16
    filterLowHertz = item.double(.filterLowFrequency)
    filterHighHertz = item.double(.filterHighFrequency)
    sampleSkew = item.double(.channelSampleSkew) ?? 0
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.channelLabel, ifAny: label)
    try writer.put(.channelSourceSequence, item: source)
    if let scale {
      try writer.put(.channelSensitivity, .ds, doubles: [scale.sensitivity])
      try writer.put(.channelSensitivityUnitsSequence, item: scale.unit)
      try writer.put(.channelSensitivityCorrectionFactor, .ds, doubles: [scale.correctionFactor])
      try writer.put(.channelBaseline, .ds, doubles: [scale.baseline])
    }
    try writer.put(.channelSampleSkew, .ds, doubles: [sampleSkew])
    try writer.put(.waveformBitsStored, .us, bitsStored)
    try writer.put(.filterLowFrequency, .ds, ifAny: filterLowHertz.map { [$0] })
    try writer.put(.filterHighFrequency, .ds, ifAny: filterHighHertz.map { [$0] })
  }
}
