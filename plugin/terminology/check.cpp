#include "plugin/terminology/check.h"

#include <algorithm>

#include "plugin/terminology/releases.h"

namespace plumbline::terminology {
namespace {

using std::string;
using Problems = std::vector<fhir::Problem>;

constexpr std::string_view kOwn = "urn:plumbline:";

string joined(const std::vector<string>& texts) {
  string all;
  for (const string& each : texts) all += (all.empty() ? "" : ", ") + each;
  return all;
}

void compare(const string& code, const Wanted& wanted, const string& system, Problems& problems,
             Problems& notes) {
  const string named = system + " " + code;
  const string called = wanted.name.empty() ? "" : " (\"" + wanted.name + "\")";
  for (const Place& place : wanted.places) {
    if (!wanted.known) {
      problems.push_back({place.file, place.pointer, named + " is not in the release"});
    } else if (!wanted.active) {
      const string instead = wanted.instead.empty() ? "" : "; the release names " + joined(wanted.instead);
      problems.push_back({place.file, place.pointer, named + called + " is " + wanted.status + instead});
    } else if (!wanted.status.empty()) {
      notes.push_back({place.file, place.pointer, named + called + " is " + wanted.status});
    }
    const auto name = wanted.names.find(plainName(place.display));
    if (wanted.known && !wanted.name.empty() && name != wanted.names.end() && !name->second)
      notes.push_back({place.file, place.pointer,
                       named + " is called \"" + wanted.name + "\", here \"" + place.display + "\""});
  }
}

}  // namespace

std::vector<string> check(const std::vector<string>& content, const string& directory, Problems& problems,
                          Problems& notes) {
  Systems systems;
  for (const string& each : content) {
    if (!each.empty()) addCodes(each, systems, problems);
  }
  const auto releases = readReleases(directory, systems, problems);
  std::vector<string> compared;
  for (const auto& [system, codes] : systems) {
    const auto isOf = [&, &of = system](const Release& each) { return each.system == of; };
    const auto release = std::find_if(releases.begin(), releases.end(), isOf);
    if (codes.empty() || system.starts_with(kOwn)) continue;
    if (release == releases.end()) {
      notes.push_back(
          {directory, "",
           "no release of " + system + ": " + std::to_string(codes.size()) + " codes are not compared"});
      continue;
    }
    for (const auto& [code, wanted] : codes) compare(code, wanted, string(release->name), problems, notes);
    for (const Release& each : releases) {
      if (isOf(each))
        compared.push_back(string(each.name) + ": " + std::to_string(codes.size()) +
                           " codes of the content compared with " + each.file + " (" +
                           std::to_string(each.rows) + " rows)");
    }
  }
  return compared;
}

}  // namespace plumbline::terminology
