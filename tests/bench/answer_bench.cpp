// What one answer costs, step by step, on the sample of 6 KB (argument 0) and on a chart of 100 KB
// (argument 1).
#include <benchmark/benchmark.h>

#include <array>
#include <stdexcept>
#include <variant>

#include "fhir/json.h"
#include "plugin/cards/compose.h"
#include "plugin/config.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "plugin/router.h"
#include "plugin/wire.h"
#include "rules/engine.h"
#include "rules/text/reader.h"
#include "tests/bench/charts.h"

namespace plumbline::bench {
namespace {

const fhir::Instant kNow = fhir::parseDate("2026-11-25T12:00:00Z")->earliest;
constexpr std::string_view kService = "plumbline-patient-view";

rules::Pack loadedPack() {
  std::vector<fhir::Problem> problems;
  auto pack = rules::loadPack(defaultConfig().pack, problems);
  if (!pack) throw std::runtime_error("the content has a problem: plumbline check names it");
  return *std::move(pack);
}

const rules::Pack& pack() {
  static const rules::Pack loaded = loadedPack();
  return loaded;
}

const std::string& body(const benchmark::State& state) {
  static const std::array<std::string, 2> bodies{smallRequest(), longRequest(100'000)};
  return bodies.at(static_cast<std::size_t>(state.range(0)));
}

/// A request read as far as the record, and what must outlive it.
struct Read {
  explicit Read(std::string_view text)
      : document(*fhir::JsonDocument::parse(text)),
        request(*hooks::readRequest(document.root(), hooks::service(kService))),
        record(std::get<fhir::PatientRecord>(hooks::gather(request, {}, kNow))) {}

  fhir::JsonDocument document;
  hooks::HookRequest request;
  fhir::PatientRecord record;
};

void parse(benchmark::State& state) {
  const std::string& text = body(state);
  for (auto _ : state) benchmark::DoNotOptimize(fhir::JsonDocument::parse(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

void readRecord(benchmark::State& state) {
  const auto document = fhir::JsonDocument::parse(body(state));
  for (auto _ : state) {
    const auto request = hooks::readRequest(document->root(), hooks::service(kService));
    benchmark::DoNotOptimize(hooks::gather(*request, {}, kNow));
  }
}

void assess(benchmark::State& state) {
  const Read read(body(state));
  for (auto _ : state) benchmark::DoNotOptimize(rules::assess(pack(), read.record, kNow));
}

void readNotes(benchmark::State& state) {
  const std::string text = note(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(rules::text::read(*pack().text, text));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

void compose(benchmark::State& state) {
  const Read read(body(state));
  const auto assessment = rules::assess(pack(), read.record, kNow);
  const cards::Call call{hooks::Hook::PatientView, read.request.patientId, read.request.encounterId};
  const auto uuids = [](std::string_view) { return randomUuid(); };
  for (auto _ : state) benchmark::DoNotOptimize(cards::compose(assessment, call, uuids));
}

void wireForm(benchmark::State& state) {
  const Read read(body(state));
  const auto assessment = rules::assess(pack(), read.record, kNow);
  const cards::Call call{hooks::Hook::PatientView, read.request.patientId, read.request.encounterId};
  const auto composed = cards::compose(assessment, call, [](std::string_view) { return randomUuid(); });
  for (auto _ : state) benchmark::DoNotOptimize(wire::response(composed, assessment));
}

/// Everything but the socket: what a request costs behind the HTTP edge.
void answer(benchmark::State& state) {
  Context context;
  context.fixedNow = kNow;
  context.inForce.store(std::make_shared<const InForce>(InForce{pack()}));
  const http::Request request{"POST",      "/cds-services/plumbline-patient-view",
                              "",          {{"Content-Type", "application/json"}},
                              body(state), "bench"};
  for (auto _ : state) {
    const auto reply = route(context, Side::Services, request);
    if (reply.status != 200) state.SkipWithError("refused");
  }
}

BENCHMARK(parse)->Arg(0)->Arg(1);
BENCHMARK(readRecord)->Arg(0)->Arg(1);
BENCHMARK(assess)->Arg(0)->Arg(1);
BENCHMARK(readNotes)->Arg(4096)->Arg(1 << 20);
BENCHMARK(compose)->Arg(0)->Arg(1);
BENCHMARK(wireForm)->Arg(0)->Arg(1);
BENCHMARK(answer)->Arg(0)->Arg(1);

}  // namespace
}  // namespace plumbline::bench
