#include "plugin/doctor/diagnosis.h"

#include <algorithm>

namespace plumbline::doctor {
namespace {

bool asks(const rules::Criterion& criterion, std::size_t finding) {
  using Kind = rules::Criterion::Kind;
  if (criterion.kind == Kind::Present || criterion.kind == Kind::Weak) return criterion.finding == finding;
  return std::any_of(criterion.of.begin(), criterion.of.end(),
                     [&](const rules::Criterion& each) { return asks(each, finding); });
}

std::vector<std::string> pathwaysOf(const rules::Pack& pack, std::size_t finding) {
  std::vector<std::string> ids;
  for (const rules::Pathway& each : pack.pathways) {
    if (std::any_of(each.rules.begin(), each.rules.end(),
                    [&](const rules::Rule& rule) { return asks(rule.when, finding); }))
      ids.push_back(each.id);
  }
  return ids;
}

bool isScreened(const rules::Pack& pack, std::size_t finding) {
  for (const auto& [region, items] : pack.screen.items) {
    for (const rules::ScreenItem& each : items) {
      if (std::find(each.all.begin(), each.all.end(), finding) != each.all.end()) return true;
    }
  }
  return false;
}

}  // namespace

bool Diagnosis::answers() const {
  return std::none_of(keys.begin(), keys.end(),
                      [](const KeyServed& each) { return each.required && each.served == Served::No; });
}

Diagnosis diagnose(const rules::Pack& pack, const Site& site) {
  Diagnosis diagnosis{keysServed(site.profile->prefetch, site.capability, site.scopes), {}};
  const Places open = reached(diagnosis.keys);
  const auto sources = sourcesOf(pack);
  for (std::size_t i = 0; i < pack.findings.size(); ++i) {
    FindingKnown known{i};
    known.pathways = pathwaysOf(pack, i);
    known.screened = isScreened(pack, i);
    if (known.pathways.empty() && !known.screened) continue;
    known.places = sources[i].raise & open;
    known.closed = (sources[i].raise | sources[i].deny) & ~open;
    known.known = known.places.none()               ? Known::Never
                  : (sources[i].deny & open).none() ? Known::Raised
                                                    : Known::Both;
    diagnosis.findings.push_back(std::move(known));
  }
  return diagnosis;
}

std::string_view name(Served served) {
  switch (served) {
    case Served::Yes: return "served";
    case Served::Part: return "in part";
    case Served::No: return "not served";
    case Served::Unsaid: break;
  }
  return "not known";
}

std::string_view name(Known known) {
  return known == Known::Never ? "never" : known == Known::Raised ? "raised-only" : "known";
}

}  // namespace plumbline::doctor
