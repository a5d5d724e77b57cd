/// The four stages of an answer on fixed inputs, marked for valgrind's callgrind, which counts the
/// instructions of each: tests/bench/instructions.py runs it and compares with what is on record.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fhir/json.h"
#include "plugin/cards/compose.h"
#include "plugin/config.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "plugin/wire.h"
#include "rules/engine.h"
#include "rules/text/reader.h"
#include "tests/bench/charts.h"

using namespace plumbline;

/// Counts what `act` takes when it has run before: the first time pays for lazy beginnings.
template <class Act>
void counted(const char* stage, Act act) {
  act();
  CALLGRIND_ZERO_STATS;
  CALLGRIND_TOGGLE_COLLECT;
  act();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(stage);
}

int main() {
  const auto now = fhir::parseDate("2026-11-25T12:00:00Z")->earliest;
  std::vector<fhir::Problem> problems;
  const auto pack = rules::loadPack(defaultConfig().pack, problems);
  if (!pack) throw std::runtime_error("the content has a problem: plumbline check names it");
  const auto& service = hooks::service("plumbline-patient-view");

  for (const auto& [size, text] : {std::pair<std::string, std::string>{"6k", bench::smallRequest()},
                                   {"100k", bench::longRequest(100'000)}}) {
    counted(("parse " + size).c_str(), [&] { (void)fhir::JsonDocument::parse(text); });
    const auto document = fhir::JsonDocument::parse(text);
    counted(("record " + size).c_str(), [&] {
      const auto request = hooks::readRequest(document->root(), service);
      (void)hooks::gather(*request, {}, now);
    });
    const auto request = hooks::readRequest(document->root(), service);
    const auto record = std::get<fhir::PatientRecord>(hooks::gather(*request, {}, now));
    counted(("assess " + size).c_str(), [&] { (void)rules::assess(*pack, record, now); });
    const auto assessment = rules::assess(*pack, record, now);
    const cards::Call call{hooks::Hook::PatientView, request->patientId, request->encounterId};
    counted(("compose " + size).c_str(), [&] {
      const auto uuids = [](std::string_view) { return std::string("00000000-0000-4000-8000-000000000000"); };
      (void)wire::response(cards::compose(assessment, call, uuids), assessment);
    });
  }
  const std::string note = bench::note(64 * 1024);
  counted("text 64k", [&] { (void)rules::text::read(*pack->text, note); });
  return 0;
}
