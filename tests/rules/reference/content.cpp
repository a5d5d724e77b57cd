#include "tests/rules/reference/content.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace plumbline::tests::reference {
namespace {

std::string longName(const std::string& system) {
  if (system == "snomed") return "http://snomed.info/sct";
  if (system == "loinc") return "http://loinc.org";
  if (system == "icd10cm") return "http://hl7.org/fhir/sid/icd-10-cm";
  if (system == "rxnorm") return "http://www.nlm.nih.gov/research/umls/rxnorm";
  if (system == "cpt") return "http://www.ama-assn.org/go/cpt";
  return system;
}

rapidjson::Document read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  rapidjson::Document document;
  document.Parse(text.str().c_str());
  if (document.HasParseError() || !document.IsObject())
    throw std::runtime_error(path.string() + ": no object");
  return document;
}

}  // namespace

Content::Content(const std::string& directory) {
  namespace fs = std::filesystem;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string name = fs::relative(entry.path(), directory).generic_string();
    if (entry.path().extension() == ".json" && name.rfind("schema/", 0) != 0)
      files_.emplace(name, read(entry.path()));
  }
  for (const auto& [name, file] : files_) {
    if (name.rfind("findings/", 0) == 0) findings_.push_back(file["id"].GetString());
    if (name.rfind("imaging/", 0) == 0) imaging_.push_back(&file);
  }
  pathways_ = strings(pack(), "pathways");
}

std::vector<std::string> strings(const Json& object, const char* name) {
  std::vector<std::string> list;
  if (!object.HasMember(name)) return list;
  for (const Json& each : object[name].GetArray()) list.emplace_back(each.GetString());
  return list;
}

bool flag(const Json& object, const char* name) {
  return object.HasMember(name) && object[name].GetBool();
}

Seconds duration(const std::string& text) {
  const bool hours = text.rfind("PT", 0) == 0 && text.back() == 'H';
  const bool days = !hours && text.rfind('P', 0) == 0 && text.back() == 'D';
  if (!hours && !days) throw std::runtime_error("no duration: " + text);
  return hours ? std::stoll(text.substr(2)) * kHour : std::stoll(text.substr(1)) * kDay;
}

bool hasCode(const Named& named, const Json& codes) {
  return std::any_of(codes.Begin(), codes.End(), [&](const Json& code) {
    const std::string system = longName(code["system"].GetString()), wanted = code["code"].GetString();
    if (!code.HasMember("match")) return named.codes.count({system, wanted}) > 0;
    return std::any_of(named.codes.begin(), named.codes.end(), [&](const auto& each) {
      return each.first == system && each.second.rfind(wanted, 0) == 0;
    });
  });
}

}  // namespace plumbline::tests::reference
