#include "plugin/diff_packs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "plugin/config.h"
#include "plugin/file.h"
#include "plugin/knowledge.h"
#include "plugin/offline.h"
#include "plugin/rollout.h"

namespace plumbline {
namespace {

using std::string;
using Names = std::vector<string>;

/// What a patient is told, as far as two contents can be compared by it.
struct Advice {
  string patient;
  string tier;     ///< "refused" where the chart could not be read
  Names pathways;  ///< the lead first
  Names present;
  Names open;  ///< items of the screen
};

Advice adviceOf(const Chart& chart, const rules::Pack& pack) {
  Advice advice{string(chart.patientId), "refused", {}, {}, {}};
  if (!chart.issues.empty()) return advice;
  const Rollout rollout = withoutDisabled({}, pack);
  const rules::Assessment told =
      part(chart.assessment, [&](auto answer) { return modeOf(rollout, "", answer) != Mode::Off; });
  advice.tier = rules::name(told.tier);
  for (const std::size_t index : told.raised) advice.pathways.push_back(told.considered[index].pathway->id);
  for (std::size_t i = 0; i < pack.findings.size(); ++i) {
    if (told.present(i)) advice.present.push_back(pack.findings[i].id);
  }
  for (const auto& each : told.open) advice.open.push_back(each.item->id);
  std::sort(advice.open.begin(), advice.open.end());
  return advice;
}

std::vector<Advice> adviceBy(const rules::Pack& pack, const string& cases, fhir::Instant now) {
  std::vector<Advice> all;
  forEachChart(cases, {pack, now, rules::Depth::Answer},
               [&](const Chart& chart) { all.push_back(adviceOf(chart, pack)); });
  return all;
}

std::optional<rules::Pack> packOf(const string& named, std::ostream& errors) {
  const auto comma = std::min(named.find(','), named.size());
  std::vector<fhir::Problem> problems;
  auto pack = loadContent(named.substr(0, comma), problems, named.substr(std::min(comma + 1, named.size())));
  for (const auto& each : problems) errors << printed(each) << "\n";
  return pack;
}

string joined(const Names& names) {
  string text;
  for (const string& each : names) text += (text.empty() ? "" : ", ") + each;
  return text;
}

/// ", WHAT: +new -gone", or nothing where they are the same.
string change(const char* what, Names before, Names after) {
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  Names gone, come;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(gone));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(come));
  string text;
  for (const string& each : come) text += " +" + each;
  for (const string& each : gone) text += " -" + each;
  return text.empty() ? "" : string("; ") + what + ":" + text;
}

string told(const Advice& advice) {
  return advice.tier + (advice.pathways.empty() ? "" : " (" + joined(advice.pathways) + ")");
}

/// The line of one patient; empty where nothing differs.
string difference(const Advice& before, const Advice& after) {
  const string behind =
      change("present", before.present, after.present) + change("open", before.open, after.open);
  if (told(before) == told(after) && behind.empty()) return "";
  return "patient " + (before.patient.empty() ? "?" : before.patient) + ": " + told(before) +
         (told(before) == told(after) ? "" : " -> " + told(after)) + behind + "\n";
}

}  // namespace

bool diffPacks(const DiffOptions& options, std::ostream& out, std::ostream& errors) {
  const auto before = packOf(options.before, errors);
  const auto after = packOf(options.after, errors);
  const auto cases = contentsOf(options.cases);
  if (!cases) errors << options.cases << ": cannot be read\n";
  if (!before || !after || !cases) return false;

  const auto first = adviceBy(*before, *cases, options.now), second = adviceBy(*after, *cases, options.now);
  std::map<std::pair<string, string>, std::size_t> moved;
  std::size_t other = 0, differing = 0, refused = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const string line = difference(first[i], second[i]);
    out << line;
    if (!line.empty()) ++differing;
    if (told(first[i]) != told(second[i])) ++other;
    if (first[i].tier == "refused") ++refused;
    if (first[i].tier != second[i].tier) ++moved[{first[i].tier, second[i].tier}];
  }
  out << before->version << " " << before->digest << "\n" << after->version << " " << after->digest << "\n";
  out << first.size() << " charts, " << other << " with other advice, " << differing - other
      << " more with other findings or open items, " << refused << " refused\n";
  for (const auto& [from, count] : moved)
    out << "  " << from.first << " -> " << from.second << ": " << count << "\n";
  return refused == 0;
}

}  // namespace plumbline
