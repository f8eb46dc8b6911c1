import ArchiveCore
import CoreMetrics
import HTTPTypes
import HummingbirdTesting
import Metrics
import NIOCore
import Testing

@testable import Doors

@Suite("The registry of figures")
struct PrometheusRegistryTests {
  let registry = PrometheusRegistry()

  private func family(_ name: String) throws -> PrometheusText.Family {
    try #require(try PrometheusText(registry.exposition()).families.first { $0.name == name })
  }

  @Test("is a backend of swift-metrics")
  func backend() throws {
    Counter(label: "requests", dimensions: [("door", "web")], factory: registry).increment(by: 3)
    FloatingPointCounter(label: "energy_total", factory: registry).increment(by: 0.5)
    Gauge(label: "level", factory: registry).record(2.5)
    Meter(label: "open", factory: registry).increment(by: 4)
    Meter(label: "open", factory: registry).decrement()
    Recorder(label: "sizes", factory: registry).record(50)
    Timer(label: "http.duration", factory: registry).recordNanoseconds(30_000_000)
    #expect(
      try family("requests_total").samples
        == [PrometheusText.Sample(name: "requests_total", labels: ["door": "web"], value: 3)])
    #expect(try family("energy_total").samples.map(\.value) == [0.5])
    #expect(try family("level").samples.map(\.value) == [2.5])
    #expect(try family("open").samples.map(\.value) == [3])
    #expect(try family("sizes").kind == "histogram")
    let timer = try family("http_duration_seconds")
    let sum = timer.samples.first { $0.name.hasSuffix("_sum") }
    #expect(sum?.value == 0.03)
    #expect(timer.samples.first { $0.labels["le"] == "0.025" }?.value == 0)
    #expect(timer.samples.first { $0.labels["le"] == "0.05" }?.value == 1)
  }

  @Test("gives one series to equal labels in any order")
  func order() throws {
    registry.count("a_total", [("x", "1"), ("y", "2")])
    registry.count("a_total", [("y", "2"), ("x", "1")])
    #expect(try family("a_total").samples.map(\.value) == [2])
  }

  @Test(
    "writes any label so that it reads back",
    arguments: [
      "", "plain", "a\"b", "a\\b", "a\nb", "a\r\nb", "\\n", "\\", "\"", "ü€😀", "a{b=\"c\"} 1\n# TYPE x gauge",
    ])
  func escaping(value: String) throws {
    registry.count("a_total", [("label", value)])
    #expect(try family("a_total").samples.first?.labels == ["label": value])
  }

  @Test(
    "writes any number so that it reads back",
    arguments: [0, 1, -1, 0.1, 1e-9, 1e300, 123_456_789_012, 9_007_199_254_740_992, .infinity, -.infinity, 1e15])
  func numbers(value: Double) throws {
    registry.set("g", to: value)
    #expect(try family("g").samples.map(\.value) == [value])
  }

  @Test("takes names of strangers and makes them names Prometheus knows")
  func names() throws {
    registry.set("1 weird-näme", [("a-b", "1"), ("__name__", "2"), ("le", "3")], to: 1)
    let families = try PrometheusText(registry.exposition()).families
    let family = try #require(families.first { $0.name.contains("weird") })
    #expect(family.samples.first?.labels.count == 3)
    #expect(family.samples.first?.labels["__name__"] == nil)
  }

  @Test("counts what lies on a bound below it")
  func buckets() throws {
    for value in [0.5, 1, 1.0001, 20_000, .nan, .infinity] { registry.observe(MetricNames.commitChanges, value: value) }
    let samples = try family(MetricNames.commitChanges).samples
    #expect(samples.first { $0.labels["le"] == "1" }?.value == 2)
    #expect(samples.first { $0.labels["le"] == "2" }?.value == 3)
    #expect(samples.first { $0.labels["le"] == "10000" }?.value == 3)
    #expect(samples.first { $0.labels["le"] == "+Inf" }?.value == 4)
  }

  @Test("is bounded, and counts what it refuses")
  func bounded() throws {
    for number in 0..<(PrometheusRegistry.seriesLimit + 10) { registry.count("a_total", [("n", "\(number)")]) }
    registry.set("a_total", to: 1)
    #expect(try family("a_total").samples.count == PrometheusRegistry.seriesLimit)
    #expect(try family(PrometheusRegistry.refusedName).samples.map(\.value) == [11])
  }

  @Test("forgets what is destroyed")
  func destroys() throws {
    let counter = Counter(label: "gone", factory: registry)
    counter.increment()
    counter.destroy()
    #expect(!registry.exposition().contains("gone"))
  }

  @Test("loses no count to concurrency")
  func concurrent() async throws {
    let registry = registry
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<1000 { registry.count("a_total", [("x", "1")]) } }
      }
    }
    #expect(try family("a_total").samples.map(\.value) == [8000])
  }

  @Test("describes every figure that it names")
  func described() {
    #expect(MetricNames.descriptions.values.allSatisfy { !$0.help.isEmpty && !$0.help.contains("\n") })
    #expect(MetricNames.descriptions.values.allSatisfy { $0.buckets.bounds == $0.buckets.bounds.sorted() })
    #expect(MetricNames.descriptions.keys.allSatisfy { MetricLabels.sanitizedMetricName($0) == $0 })
  }

  @Test("knows its process")
  func process() throws {
    let figures = ProcessFigures(TestWorld().environment)
    registry.collect { figures.readings() }
    for name in [ProcessFigures.residentBytes, ProcessFigures.openDescriptors, ProcessFigures.maximumDescriptors] {
      #expect(try #require(try family(name).samples.first).value > 0)
    }
    #expect(try family(ProcessFigures.cpuSeconds).kind == "counter")
    #expect(try family(ProcessFigures.uptime).samples.map(\.value) == [0])
  }

  @Test("finds the fields of a process whose name has brackets and spaces")
  func stat() throws {
    let line = "42 (a) b (c) S " + (4...52).map(String.init).joined(separator: " ") + "\n"
    let fields = try #require(ProcessFigures.fields(ofStat: line))
    #expect(fields[0] == "S" && fields[11] == "14" && fields[12] == "15" && fields[21] == "24")
    #expect(ProcessFigures.fields(ofStat: "") == nil)
    #expect(ProcessFigures.fields(ofStat: "42 (a) S 1") == nil)
  }

  @Test("is what /metrics gives to those who may read it, with a line for the request before")
  func route() async throws {
    let house = House()
    let fields = try await house.token([.auditor])
    try await house.test { client in
      _ = try await client.execute(uri: "/api/v1/studies/1.2.3?reason=x", method: .delete, headers: fields)
      let answer = try await client.execute(uri: "/metrics", method: .get, headers: fields)
      #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
      let text = try PrometheusText(String(buffer: answer.body))
      let requests = try #require(text.families.first { $0.name == MetricNames.webRequests })
      #expect(requests.help != nil)
      let labels = try #require(requests.samples.first).labels
      #expect(labels["method"] == "DELETE" && labels["status"] == "403")
      #expect(labels["route"]?.hasSuffix("studies/{study}") == true)
    }
  }
}
