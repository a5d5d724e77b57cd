#include "plugin/pages/criteria_words.h"

namespace plumbline::pages {
namespace {

using rules::Criterion;
using rules::Pack;

/// "1 day", "14 days".
Html days(int count) {
  Html html;
  html << count;
  if (count == 1) return html << " day";
  return html << " days";
}

Html present(const Pack& pack, const Criterion& criterion) {
  Html html = toFinding(pack, criterion.finding);
  if (criterion.part) html << ": only " << pack.findings[criterion.finding].parts[*criterion.part];
  if (criterion.times > 1) html << ", on record at least " << criterion.times << " times while it counts";
  if (criterion.days) {
    html << ", recorded at most " << days(*criterion.days) << " ago";
    if (criterion.dated) html << " (with a date)";
  }
  if (criterion.beganDays)
    html << ", first recorded at most " << days(*criterion.beganDays) << " ago or undated";
  if (criterion.activeOnly) html << ", not longstanding, stale or resolved";
  if (criterion.kind == Criterion::Kind::Weak) html << ", if only by a code that says little alone";
  return html;
}

Html list(const Pack& pack, const std::vector<Criterion>& parts) {
  Html html;
  html << "<ul>";
  for (const Criterion& part : parts) html << "<li>" << inWords(pack, part) << "</li>";
  html << "</ul>";
  return html;
}

Html age(const Criterion& criterion) {
  Html html;
  html << "aged ";
  if (criterion.ageFrom) html << *criterion.ageFrom << " or over";
  if (criterion.ageFrom && criterion.ageBelow) html << " and ";
  if (criterion.ageBelow) html << "under " << *criterion.ageBelow;
  return html;
}

Html measured(const Criterion& criterion) {
  Html html;
  html << "a value is on record of ";
  for (std::size_t i = 0; i < criterion.codes.size(); ++i) {
    if (i > 0) html << (i + 1 == criterion.codes.size() ? std::string_view(" or ") : std::string_view(", "));
    html << criterion.codes[i].display;
  }
  if (criterion.hours) return html << ", no older than " << *criterion.hours << " hours";
  return html << ", from this episode of pain";
}

}  // namespace

std::string_view regionName(rules::Region region) {
  switch (region) {
    case rules::Region::Neck: return "neck";
    case rules::Region::Thoracic: return "thoracic";
    case rules::Region::Lumbar: break;
  }
  return "lumbar";
}

Html toFinding(const Pack& pack, std::size_t finding) {
  const rules::Finding& found = pack.findings[finding];
  Html html;
  return html << R"(<a href="/knowledge#finding-)" << found.id << R"(">)" << found.name << "</a>";
}

Html toFindings(const Pack& pack, const std::vector<std::size_t>& findings) {
  Html html;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (i > 0) html << ", ";
    html << toFinding(pack, findings[i]);
  }
  return html;
}

Html inWords(const Pack& pack, const Criterion& criterion) {
  using Kind = Criterion::Kind;
  Html html;
  switch (criterion.kind) {
    case Kind::Present:
    case Kind::Weak: return present(pack, criterion);
    case Kind::Any: return html << "Any of" << list(pack, criterion.of);
    case Kind::All: return html << "All of" << list(pack, criterion.of);
    case Kind::AtLeast: return html << "At least " << criterion.count << " of" << list(pack, criterion.of);
    case Kind::Unless: return html << "Unless it is known that" << list(pack, criterion.of);
    case Kind::Pain:
      return html << "pain of the " << regionName(criterion.region) << " spine, or of a place not recorded";
    case Kind::PainNew:
      return html << "pain that began at most " << days(pack.pain.newWithinDays) << " ago or is undated";
    case Kind::PainWithin:
      return html << "pain that began at most " << days(*criterion.days) << " ago or is undated";
    case Kind::Age: return html << age(criterion);
    case Kind::Sex: return html << "sex recorded as " << criterion.sex;
    case Kind::Medication:
      return html << R"(an active order or statement of <a href="/knowledge#drugs-)"
                  << pack.medications[criterion.medication].id << R"(">)"
                  << pack.medications[criterion.medication].name << "</a>";
    case Kind::Measured: return html << measured(criterion);
    case Kind::Deficit: break;
  }
  return html << R"(any <a href="/knowledge#deficits">neurological deficit</a>, not longstanding)";
}

}  // namespace plumbline::pages
