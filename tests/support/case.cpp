#include "tests/support/case.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "fhir/authored_json.h"

namespace plumbline::tests {
namespace {

namespace fs = std::filesystem;
using rapidjson::Value;

fhir::Instant nowOf(const Value& shorthand) {
  if (!shorthand.HasMember("now")) return kUsualNow;
  const auto read = fhir::parseDate(shorthand["now"].GetString());
  if (!read) throw std::invalid_argument("now is no FHIR instant");
  return read->earliest;
}

void supply(EhrCall& call, const Value& shorthand, const char* member, Supply how) {
  if (!shorthand.HasMember(member)) return;
  for (const Value& key : shorthand[member].GetArray()) {
    const std::string name = key.GetString();
    call.supply(name) = how;
    const bool used = how != Supply::Partial && name != "patient" &&
                      std::any_of(call.resources.begin(), call.resources.end(),
                                  [&](const EhrCall::Resource& each) { return each.key == name; });
    if (used) throw std::invalid_argument("the chart has entries under the key " + name);
  }
}

void addEntries(Case& made, const Value& shorthand, const char* member, Place place) {
  if (!shorthand.HasMember(member)) return;
  std::size_t number = 0;
  for (const Value& entry : shorthand[member].GetArray()) {
    ++number;
    try {
      addEntry(made.call, entry, place, made.now);
    } catch (const std::invalid_argument& wrong) {
      throw std::invalid_argument(std::string(member) + " entry " + std::to_string(number) + ": " +
                                  wrong.what());
    }
  }
}

/// The name of the case that a problem of its file is in, for people who count badly.
std::string caseAt(const fhir::Authored& file, const std::string& pointer) {
  const std::string stem = "/cases/";
  if (!pointer.starts_with(stem)) return "";
  const Value& each =
      file["cases"][static_cast<rapidjson::SizeType>(std::stoul(pointer.substr(stem.size())))];
  return each.IsObject() && each.HasMember("name") && each["name"].IsString()
             ? std::string(" \"") + each["name"].GetString() + "\""
             : "";
}

void readFile(const fs::path& path, const std::string& name, const fhir::Authored& schema,
              std::vector<Case>& cases) {
  std::vector<fhir::Problem> problems;
  const fhir::Authored file = fhir::readAuthored(path.string(), name, problems);
  if (problems.empty()) fhir::checkSchema(file, schema, name, problems);
  if (!problems.empty()) {
    const auto& [where, pointer, message] = problems.front();
    throw std::runtime_error(where + ":" + pointer + caseAt(file, pointer) + ": " + message);
  }
  std::set<std::string> names;
  for (const Value& shorthand : file["cases"].GetArray()) {
    cases.push_back(readCase(name, shorthand));
    if (!names.insert(cases.back().name).second)
      throw std::runtime_error(name + ": two cases are called \"" + cases.back().name + "\"");
  }
}

}  // namespace

const fhir::Instant kUsualNow =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::November / 20) + std::chrono::hours(12);

Case readCase(const std::string& file, const Value& shorthand) {
  Case made;
  made.file = file;
  made.name = shorthand["name"].GetString();
  try {
    made.now = nowOf(shorthand);
    if (shorthand.HasMember("hook")) made.call.hook = shorthand["hook"].GetString();
    addPatient(made.call, shorthand.HasMember("patient") ? &shorthand["patient"] : nullptr, made.now);
    addEntries(made, shorthand, "chart", Place::Chart);
    addEntries(made, shorthand, "context", Place::Context);
    supply(made.call, shorthand, "without", Supply::Without);
    supply(made.call, shorthand, "failed", Supply::Failed);
    supply(made.call, shorthand, "partial", Supply::Partial);
    if (shorthand.HasMember("requireAttestation"))
      made.requireAttestation = shorthand["requireAttestation"].GetBool();
    if (shorthand.HasMember("expect")) made.expect.CopyFrom(shorthand["expect"], made.expect.GetAllocator());
  } catch (const std::invalid_argument& wrong) {
    throw std::runtime_error(file + ": \"" + made.name + "\": " + wrong.what());
  }
  return made;
}

std::vector<Case> readCases(const std::string& tests) {
  std::vector<fhir::Problem> problems;
  const fhir::Authored schema =
      fhir::readAuthored(tests + "/support/case.schema.json", "case.schema.json", problems);
  if (!problems.empty()) throw std::runtime_error("case.schema.json: " + problems.front().message);
  const std::string directory = tests + "/cases";
  std::vector<std::pair<std::string, fs::path>> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    files.emplace_back(fs::relative(entry.path(), directory).replace_extension().string(), entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const auto& [name, path] : files) readFile(path, name, schema, cases);
  if (cases.empty()) throw std::runtime_error(directory + ": holds no case");
  return cases;
}

}  // namespace plumbline::tests
