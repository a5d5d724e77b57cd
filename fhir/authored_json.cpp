#include "fhir/authored_json.h"

#include <rapidjson/error/en.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace plumbline::fhir {
namespace {

using rapidjson::Value;

std::string_view view(const Value& string) {
  return {string.GetString(), string.GetStringLength()};
}

std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

const Value* find(const Value& object, const char* key) {
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

/// Characters, not bytes: a limit on a card's words is about what is read.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

struct Checker {
  const Value& root;
  const Value& shared;
  const std::string& file;
  std::vector<Problem>& problems;

  void problem(const std::string& pointer, std::string message) {
    problems.push_back({file, pointer, std::move(message)});
  }

  static bool isType(const Value& value, std::string_view type) {
    if (type == "object") return value.IsObject();
    if (type == "array") return value.IsArray();
    if (type == "string") return value.IsString();
    if (type == "integer") return value.IsInt64();
    if (type == "number") return value.IsNumber();
    return type == "boolean" && value.IsBool();
  }

  bool fits(const Value& value, const Value& schema) {
    std::vector<Problem> ignored;
    return Checker{root, shared, file, ignored}.check(value, schema, "");
  }

  bool check(const Value& value, const Value& schema, const std::string& at) {
    const std::size_t before = problems.size();
    if (schema.IsBool()) {
      if (!schema.GetBool()) problem(at, "not allowed here");
      return problems.size() == before;
    }
    if (const Value* ref = find(schema, "$ref")) {
      const std::string_view reference = view(*ref);
      const std::size_t hash = reference.find('#');
      const std::string name(reference.substr(hash + std::string_view("#/$defs/").size()));
      const Value& home = hash == 0 ? root : shared;
      return Checker{home, shared, file, problems}.check(value, home["$defs"][name.c_str()], at);
    }
    if (const Value* type = find(schema, "type"); type && !isType(value, view(*type))) {
      problem(at, "must be of type " + std::string(view(*type)));
      return false;
    }
    checkChoice(value, schema, at);
    if (value.IsString()) checkString(value, schema, at);
    if (value.IsNumber()) checkNumber(value, schema, at);
    if (value.IsArray()) checkArray(value, schema, at);
    if (value.IsObject()) checkObject(value, schema, at);
    return problems.size() == before;
  }

  void checkChoice(const Value& value, const Value& schema, const std::string& at) {
    if (const Value* choices = find(schema, "enum")) {
      const auto& list = choices->GetArray();
      if (std::none_of(list.begin(), list.end(), [&](const Value& each) { return each == value; })) {
        std::string names;
        for (const auto& each : list) {
          if (each.IsString()) names += (names.empty() ? "" : ", ") + std::string(view(each));
        }
        problem(at, "must be one of: " + names);
      }
    }
    if (const Value* constant = find(schema, "const"); constant && !(*constant == value)) {
      problem(at, "must be exactly the one value the schema names");
    }
    if (const Value* any = find(schema, "anyOf")) {
      const auto& list = any->GetArray();
      if (std::none_of(list.begin(), list.end(), [&](const Value& each) { return fits(value, each); })) {
        const Value* hint = find(schema, "description");
        problem(at, "matches none of the allowed forms" + (hint ? ": " + std::string(view(*hint)) : ""));
      }
    }
  }

  void checkString(const Value& value, const Value& schema, const std::string& at) {
    const std::size_t size = length(view(value));
    if (const Value* least = find(schema, "minLength"); least && size < least->GetUint()) {
      problem(at, "must have at least " + std::to_string(least->GetUint()) + " characters");
    }
    if (const Value* most = find(schema, "maxLength"); most && size > most->GetUint()) {
      problem(at, "must have at most " + std::to_string(most->GetUint()) + " characters, has " +
                      std::to_string(size));
    }
  }

  void checkNumber(const Value& value, const Value& schema, const std::string& at) {
    std::ostringstream bound;
    if (const Value* least = find(schema, "minimum"); least && value.GetDouble() < least->GetDouble()) {
      bound << "must be at least " << least->GetDouble();
    } else if (const Value* most = find(schema, "maximum"); most && value.GetDouble() > most->GetDouble()) {
      bound << "must be at most " << most->GetDouble();
    }
    if (!bound.str().empty()) problem(at, bound.str());
  }

  void checkArray(const Value& value, const Value& schema, const std::string& at) {
    if (const Value* least = find(schema, "minItems"); least && value.Size() < least->GetUint()) {
      problem(at, "must have at least " + std::to_string(least->GetUint()) + " items");
    }
    if (const Value* unique = find(schema, "uniqueItems"); unique && unique->GetBool()) {
      for (rapidjson::SizeType i = 1; i < value.Size(); ++i) {
        for (rapidjson::SizeType j = 0; j < i; ++j) {
          if (value[i] == value[j]) problem(at + "/" + std::to_string(i), "is there twice");
        }
      }
    }
    if (const Value* items = find(schema, "items")) {
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
        check(value[i], *items, at + "/" + std::to_string(i));
    }
  }

  void checkObject(const Value& value, const Value& schema, const std::string& at) {
    if (const Value* required = find(schema, "required")) {
      for (const auto& key : required->GetArray()) {
        if (!find(value, key.GetString())) problem(at, "lacks \"" + std::string(view(key)) + "\"");
      }
    }
    const Value* properties = find(schema, "properties");
    const Value* others = find(schema, "additionalProperties");
    for (const auto& member : value.GetObject()) {
      const std::string here = at + "/" + escaped(view(member.name));
      const Value* known = properties ? find(*properties, member.name.GetString()) : nullptr;
      if (known) {
        check(member.value, *known, here);
      } else if (others && others->IsBool() && !others->GetBool()) {
        problem(here, "unknown key");
      } else if (others && others->IsObject()) {
        check(member.value, *others, here);
      }
    }
  }
};

void findDuplicates(const Value& value, const std::string& file, const std::string& at,
                    std::vector<Problem>& problems) {
  if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      findDuplicates(value[i], file, at + "/" + std::to_string(i), problems);
    }
  } else if (value.IsObject()) {
    std::set<std::string_view> seen;
    for (const auto& member : value.GetObject()) {
      const std::string here = at + "/" + escaped(view(member.name));
      if (!seen.insert(view(member.name)).second) problems.push_back({file, here, "key occurs twice"});
      findDuplicates(member.value, file, here, problems);
    }
  }
}

}  // namespace

Authored parseAuthored(std::string_view text, const std::string& name, std::vector<Problem>& problems) {
  Authored document;
  document.Parse<rapidjson::kParseCommentsFlag | rapidjson::kParseValidateEncodingFlag |
                 rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError()) {
    const auto offset = std::min(document.GetErrorOffset(), text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    problems.push_back(
        {name, "", "line " + std::to_string(line) + ": " + GetParseError_En(document.GetParseError())});
    return Authored();
  }
  findDuplicates(document, name, "", problems);
  return document;
}

Authored readAuthored(const std::string& path, const std::string& name, std::vector<Problem>& problems) {
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) {
    problems.push_back({name, "", "is a directory, where a file is wanted"});
    return Authored();
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    problems.push_back({name, "", "cannot be read"});
    return Authored();
  }
  std::ostringstream all;
  all << in.rdbuf();
  return parseAuthored(all.str(), name, problems);
}

bool checkSchema(const Value& value, const Value& schema, const std::string& file,
                 std::vector<Problem>& problems, const Value& shared) {
  return Checker{schema, shared, file, problems}.check(value, schema, "");
}

}  // namespace plumbline::fhir
