#include "plugin/self_test.h"

#include <chrono>
#include <optional>

#include "fhir/date.h"
#include "fhir/json.h"
#include "plugin/file.h"
#include "plugin/offline.h"

namespace plumbline {
namespace {

/// "emergency cauda-equina spinal-infection": a tier and the pathways behind it.
std::string named(fhir::Json entry) {
  std::string words(fhir::text(entry, "tier").value_or(""));
  fhir::forEach(entry, "pathways", [&](fhir::Json each) {
    if (const auto id = each.get_string(); !id.error()) words += " " + std::string(id.value_unsafe());
  });
  return words;
}

std::string outcome(const Chart& chart) {
  if (!chart.issues.empty()) return "refused";
  std::string words(rules::name(chart.assessment.tier));
  for (const std::size_t index : chart.assessment.raised)
    words += " " + chart.assessment.considered[index].pathway->id;
  return words;
}

}  // namespace

void selfTest(const rules::Pack& pack, const std::string& directory, std::vector<fhir::Problem>& problems) {
  const std::string list = directory + "/charts.json", text = contentsOf(list).value_or("");
  const auto document = fhir::JsonDocument::parse(text);
  const auto asOf =
      document ? fhir::parseDate(fhir::text(document->root(), "asOf").value_or("")) : std::nullopt;
  if (!asOf) return problems.push_back({list, "", "the charts of the self-test cannot be read"});
  std::size_t tested = 0;
  fhir::forEach(document->root(), "charts", [&](fhir::Json entry) {
    if (fhir::has(entry, "failed")) return;  // what fails there is a search of the demo, not in the chart
    ++tested;
    const std::string file =
        directory + "/charts/" + std::string(fhir::text(entry, "id").value_or("")) + ".json";
    std::string found = "nothing";
    forEachChart(contentsOf(file).value_or(""),
                 {pack, asOf->earliest + std::chrono::minutes(10), rules::Depth::Answer},
                 [&](const Chart& chart) { found = outcome(chart); });
    if (found != named(entry))
      problems.push_back({file, "", "self-test: comes to " + found + ", must be " + named(entry)});
  });
  if (tested == 0) problems.push_back({list, "", "holds no chart for the self-test"});
}

}  // namespace plumbline
