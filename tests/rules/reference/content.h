#pragma once

#include <rapidjson/document.h>

#include <map>
#include <string>
#include <vector>

#include "tests/rules/reference/chart.h"

namespace plumbline::tests::reference {

using Json = rapidjson::Value;

/// rules/content as it is written, read again by a reader of its own.
class Content {
 public:
  /// Throws std::runtime_error, naming the file, for one that is missing or no JSON object.
  explicit Content(const std::string& directory);

  [[nodiscard]] const Json& pack() const { return files_.at("pack.json"); }
  [[nodiscard]] const Json& pain() const { return files_.at("pain.json"); }
  [[nodiscard]] const Json& screen() const { return files_.at("screen.json"); }
  [[nodiscard]] const Json& stress() const { return files_.at("stress.json"); }
  [[nodiscard]] const Json& words() const { return files_.at("words.json"); }
  [[nodiscard]] const Json& pathway(const std::string& id) const {
    return files_.at("pathways/" + id + ".json");
  }
  [[nodiscard]] const Json& finding(const std::string& id) const {
    return files_.at("findings/" + id + ".json");
  }

  /// Pathway ids in the order that breaks ties.
  [[nodiscard]] const std::vector<std::string>& pathways() const { return pathways_; }
  [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }
  [[nodiscard]] const std::vector<const Json*>& imaging() const { return imaging_; }

 private:
  std::map<std::string, rapidjson::Document> files_;
  std::vector<std::string> pathways_;
  std::vector<std::string> findings_;
  std::vector<const Json*> imaging_;
};

/// A list of strings under `name`; empty when there is none.
std::vector<std::string> strings(const Json& object, const char* name);

/// Whether `name` is there and true.
bool flag(const Json& object, const char* name);

/// "P14D" or "PT48H" in seconds. Throws std::runtime_error for any other form.
Seconds duration(const std::string& text);

/// Whether `named` has one of `codes`, a list of the content's codes.
bool hasCode(const Named& named, const Json& codes);

}  // namespace plumbline::tests::reference
