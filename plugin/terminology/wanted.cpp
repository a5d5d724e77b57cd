#include "plugin/terminology/wanted.h"

#include <algorithm>
#include <filesystem>

#include "rules/content_reader.h"

namespace plumbline::terminology {
namespace {

using rapidjson::Value;

bool isCode(const Value& value) {
  const auto isText = [&](const char* key) {
    const auto found = value.FindMember(key);
    return found != value.MemberEnd() && found->value.IsString();
  };
  return isText("system") && isText("code");
}

void add(const Value& value, const std::string& file, const std::string& pointer, Systems& systems) {
  const rules::Code code = rules::content::readCode(value);
  Wanted& wanted = systems[code.system][code.code];
  wanted.prefix = wanted.prefix || code.prefix;
  wanted.places.push_back({file, pointer, code.display});
  if (!code.display.empty()) wanted.names.emplace(plainName(code.display), false);
}

/// Content nests a few levels deep, which its schemas hold.
void walk(const Value& value, const std::string& file, const std::string& pointer, Systems& systems) {
  if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      walk(value[i], file, pointer + "/" + std::to_string(i), systems);
  }
  if (!value.IsObject()) return;
  if (isCode(value)) add(value, file, pointer, systems);
  for (const auto& [key, member] : value.GetObject())
    walk(member, file, pointer + "/" + key.GetString(), systems);
}

}  // namespace

void addCodes(const std::string& directory, Systems& systems, std::vector<fhir::Problem>& problems) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::error_code failed;
  for (auto each = fs::recursive_directory_iterator(directory, failed);
       !failed && each != fs::recursive_directory_iterator(); each.increment(failed)) {
    if (each->path().filename() == "schema") each.disable_recursion_pending();
    if (each->path().extension() == ".json" && each->is_regular_file()) files.push_back(each->path());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    const fhir::Authored document = fhir::readAuthored(file, file, problems);
    walk(document, file, "", systems);
  }
}

std::string plainName(std::string_view name) {
  if (const auto tag = name.rfind(" ("); tag != name.npos && tag > 0 && name.ends_with(')'))
    name = name.substr(0, tag);
  std::string plain;
  for (const char c : name) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && (plain.empty() || plain.back() == ' ')) continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : blank ? ' ' : c;
  }
  if (plain.ends_with(' ')) plain.pop_back();
  return plain;
}

}  // namespace plumbline::terminology
