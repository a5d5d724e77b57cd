#include "rules/content_reader_overlay.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "rules/content_reader.h"

namespace plumbline::rules::content {
namespace {

constexpr std::string_view kHead = "overlay.json";

bool mayChange(std::string_view file) {
  constexpr std::array<std::string_view, 7> kPlaces{
      "findings/", "phrases/", "pathways/", "medications/", "cards/", "orders.json", "overrides.json"};
  return std::any_of(kPlaces.begin(), kPlaces.end(), [&](auto place) { return file.starts_with(place); });
}

std::string printedJson(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

/// Puts one file's `set` or `add` over a document.
class Patch {
 public:
  Patch(std::string name, fhir::Authored& document, bool adds, Overlay& overlay,
        std::vector<fhir::Problem>& problems)
      : name_(std::move(name)),
        memory_(document.GetAllocator()),
        adds_(adds),
        mayReplaceLists_(name_.starts_with("pathways/") || name_.starts_with("cards/")),
        overlay_(overlay),
        problems_(problems) {}

  void over(Value& target, const Value& changes, const std::string& at) {
    for (const auto& [name, value] : changes.GetObject()) {
      const std::string here = at + "/" + name.GetString();
      const std::string_view key(name.GetString(), name.GetStringLength());
      if (key == "id" || key == "when") {
        refuse(here, "a site may not change this");
      } else if (Value* found = target.IsArray() ? itemOf(target, key) : memberOf(target, name)) {
        one(*found, value, here);
      } else if (target.IsArray()) {
        refuse(here, "the list has no item of this id");
      } else {
        Value added;
        target.AddMember(Value(name, memory_), added, memory_);
        one(target[name], value, here);
      }
    }
  }

 private:
  void one(Value& target, const Value& value, const std::string& at) {
    if (value.IsObject() && (target.IsObject() || target.IsArray())) return over(target, value, at);
    if (adds_) {
      if (target.IsNull()) target.SetArray();
      if (!value.IsArray() || !target.IsArray()) return refuse(at, "only items of a list can be added");
      for (const Value& each : value.GetArray()) target.PushBack(Value(each, memory_), memory_);
    } else {
      if (target.IsArray() && !mayReplaceLists_)
        return refuse(at, "a list may be added to, not given anew: what it lacks would be known no more");
      target.CopyFrom(value, memory_);
    }
    overlay_.changes.push_back({name_, at, printedJson(value), adds_});
  }

  static Value* itemOf(Value& list, std::string_view id) {
    for (Value& each : list.GetArray()) {
      if (each.IsObject() && text(each, "id") == id) return &each;
    }
    return nullptr;
  }

  static Value* memberOf(Value& object, const Value& name) {
    const auto found = object.FindMember(name);
    return found == object.MemberEnd() ? nullptr : &found->value;
  }

  void refuse(const std::string& at, const char* why) {
    problems_.push_back({"overlay/" + name_, (adds_ ? "/add" : "/set") + at, why});
  }

  std::string name_;
  fhir::Authored::AllocatorType& memory_;
  bool adds_;
  bool mayReplaceLists_;
  Overlay& overlay_;
  std::vector<fhir::Problem>& problems_;
};

}  // namespace

Overlaying::Overlaying(const std::string& directory, std::vector<fhir::Problem>& problems)
    : root_(directory), problems_(problems) {
  if (none()) return;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator entry(root_, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (!entry->is_regular_file()) continue;
    const std::string name = entry->path().lexically_relative(root_).generic_string();
    if (name != kHead) waiting_.push_back(name);
  }
  std::sort(waiting_.begin(), waiting_.end());
  if (failed) problems_.push_back({"overlay", "", "is not a directory that can be read"});
}

void Overlaying::apply(const std::string& name, fhir::Authored& document) {
  const auto found = std::lower_bound(waiting_.begin(), waiting_.end(), name);
  if (found == waiting_.end() || *found != name) return;
  waiting_.erase(found);
  const std::string own = "overlay/" + name;
  if (!mayChange(name)) return problems_.push_back({own, "", "a site may not change this file"});
  const std::size_t before = problems_.size();
  const auto changes = fhir::readAuthored((root_ / name).string(), own, problems_);
  if (problems_.size() != before) return;
  if (!changes.IsObject())
    return problems_.push_back({own, "", "must be an object with `set`, `add` or both"});
  for (const auto& [key, value] : changes.GetObject()) {
    const std::string_view what = key.GetString();
    if ((what != "set" && what != "add") || !value.IsObject()) {
      problems_.push_back({own, "/" + std::string(what), "must be `set` or `add`, an object each"});
    } else {
      Patch(name, document, what == "add", overlay_, problems_).over(document, value, "");
    }
  }
}

Overlay Overlaying::finish() {
  for (const std::string& name : waiting_)
    problems_.push_back({"overlay/" + name, "", "the content has no file of this name"});
  std::stable_sort(overlay_.changes.begin(), overlay_.changes.end(),
                   [](const auto& a, const auto& b) { return a.file < b.file; });
  return std::move(overlay_);
}

}  // namespace plumbline::rules::content
