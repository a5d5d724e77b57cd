#include <algorithm>

#include "plugin/doctor/diagnosis.h"

namespace plumbline::doctor {
namespace {

using std::string;

constexpr std::size_t kKey = 14, kType = 24, kServed = 12, kFinding = 38, kNumber = 9;
/// A site has hundreds of codes of its own; the frequent ones are worth a look.
constexpr std::size_t kLocalShown = 40;

string wide(std::string_view text, std::size_t width) {
  return string(text) + string(text.size() < width ? width - text.size() : 1, ' ');
}

string number(std::size_t value) {
  const string text = std::to_string(value);
  return string(text.size() < kNumber ? kNumber - text.size() : 1, ' ') + text;
}

template <class List>
string joined(const List& list, const char* between = ", ") {
  string text;
  for (const auto& each : list) text.append(text.empty() ? "" : between).append(each);
  return text;
}

string joined(Places places) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kPlaces; ++i) {
    if (places.test(i)) names.push_back(name(static_cast<Place>(i)));
  }
  return joined(names);
}

string ofServer(const Site& site) {
  string text = "profile " + string(site.profile->name) + "\n";
  if (site.capability)
    text += "server  " + (site.capability->software.empty() ? "of no name" : site.capability->software) +
            ", FHIR " + (site.capability->fhirVersion.empty() ? "?" : site.capability->fhirVersion) + ", " +
            std::to_string(site.capability->types.size()) + " types\n";
  if (site.capability && !site.capability->fhirVersion.starts_with("4.0"))
    text += "        Plumbline asks in FHIR R4 (4.0.1): what follows does not hold of another\n";
  return text;
}

string ofKeys(const Diagnosis& diagnosis) {
  string text = "\nPrefetch\n";
  for (const KeyServed& each : diagnosis.keys) {
    const string asks = (each.asks.deed == Deed::Read ? "read " : "search ") + string(each.asks.type);
    text += "  " + wide(each.key, kKey) + wide(asks, kType + kServed) + wide(name(each.served), kServed) +
            (each.required && each.served == Served::No ? "REQUIRED: calls are answered 412; " : "") +
            joined(each.lacking, "; ");
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

/// The findings of one kind, each with what it touches.
string ofFindings(const rules::Pack& pack, const Diagnosis& diagnosis, Known known, const string& title) {
  string lines;
  std::size_t count = 0;
  for (const FindingKnown& each : diagnosis.findings) {
    if (each.known != known || (known == Known::Raised && !each.screened)) continue;
    ++count;
    lines += "  " + wide(pack.findings[each.finding].id, kFinding) + joined(each.pathways) +
             (each.screened ? (each.pathways.empty() ? "screen" : ", screen") : "") + "\n" +
             (each.closed.any() ? "    would be in: " + joined(each.closed) + "\n" : "");
  }
  return "\n" + title + ": " + std::to_string(count) + "\n" + lines;
}

string ofPathways(const rules::Pack& pack, const Diagnosis& diagnosis) {
  string text = "\nPathways: findings their rules ask for that can be known, of all\n";
  for (const rules::Pathway& pathway : pack.pathways) {
    std::size_t all = 0, known = 0;
    for (const FindingKnown& each : diagnosis.findings) {
      if (std::find(each.pathways.begin(), each.pathways.end(), pathway.id) == each.pathways.end()) continue;
      ++all;
      if (each.known != Known::Never) ++known;
    }
    text += "  " + wide(pathway.id, kFinding) + std::to_string(known) + " of " + std::to_string(all) + "\n";
  }
  return text;
}

string ofSample(const rules::Pack& pack, const Diagnosis& diagnosis, const Sample& sample) {
  string text = "\nSample: " + std::to_string(sample.charts) + " charts, " + std::to_string(sample.refused) +
                " refused\n  " + wide("finding", kFinding) + "  present   absent  unknown\n";
  for (const FindingKnown& each : diagnosis.findings) {
    const Sample::Count& count = sample.findings[each.finding];
    text += "  " + wide(pack.findings[each.finding].id, kFinding) + number(count.present) +
            number(count.absent) + number(sample.charts - count.present - count.absent) +
            (count.present + count.absent == 0 ? "  told by no chart" : "") + "\n";
  }
  return text;
}

string ofCodes(const Sample& sample) {
  std::vector<std::pair<std::size_t, Sample::Local>> most;
  for (const auto& [local, count] : sample.local) most.emplace_back(count, local);
  std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  string text =
      "\nCodes of the site's own that stand for nothing here: " + std::to_string(most.size()) + "\n";
  for (std::size_t i = 0; i < std::min(most.size(), kLocalShown); ++i) {
    const auto& [count, local] = most[i];
    text += number(count) + "  " + local.type + "  " + local.system + "|" + local.code + "\n";
  }
  if (most.size() > kLocalShown)
    text += "  and " + std::to_string(most.size() - kLocalShown) + " more: --format json has them\n";
  if (sample.otherLocal > 0)
    text +=
        "  " + std::to_string(sample.otherLocal) + " uses of codes that are not printed: they may be words\n";
  return text;
}

}  // namespace

string inWords(const rules::Pack& pack, const Site& site, const Diagnosis& diagnosis) {
  string text =
      "content " + pack.version + "\n" + ofServer(site) + ofKeys(diagnosis) +
      ofFindings(pack, diagnosis, Known::Never, "This EHR never tells of") +
      ofFindings(pack, diagnosis, Known::Raised,
                 "It can raise and never rule out, so that only the red-flag screen (/screen/) completes "
                 "what must be absent") +
      ofPathways(pack, diagnosis);
  if (site.sample) text += ofSample(pack, diagnosis, *site.sample) + ofCodes(*site.sample);
  return text;
}

}  // namespace plumbline::doctor
