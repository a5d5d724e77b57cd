#include "tests/support/resource_writer.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "fhir/code_system.h"
#include "tests/support/chart.h"

namespace plumbline::tests {
namespace {

std::string_view systemOf(std::string_view word) {
  if (word == "snomed") return fhir::kSnomed;
  if (word == "icd10cm") return fhir::kIcd10cm;
  if (word == "loinc") return fhir::kLoinc;
  if (word == "rxnorm") return "http://www.nlm.nih.gov/research/umls/rxnorm";
  if (word == "cpt") return "http://www.ama-assn.org/go/cpt";
  return word.starts_with("http") || word.starts_with("urn:") ? word : std::string_view{};
}

/// The two halves of "word rest".
std::pair<std::string, std::string> split(const std::string& words) {
  const auto blank = words.find(' ');
  if (blank == std::string::npos) return {words, ""};
  return {words.substr(0, blank), words.substr(blank + 1)};
}

std::chrono::seconds spanOf(long long count, char unit) {
  switch (unit) {
    case 'd': return std::chrono::days(count);
    case 'h': return std::chrono::hours(count);
    case 'm': return std::chrono::minutes(count);
    case 's': return std::chrono::seconds(count);
    default: refuse("no unit of time");
  }
}

std::string member(const rapidjson::Value& from, const char* name) {
  return from.HasMember(name) ? from[name].GetString() : "";
}

}  // namespace

void refuse(const std::string& what) {
  throw std::invalid_argument(what);
}

std::string base64(const std::string& text) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    const std::size_t have = std::min<std::size_t>(3, text.size() - at);
    unsigned bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (i < have ? static_cast<unsigned char>(text[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= have ? kDigits[bits >> (18 - 6 * i) & 63U] : '=';
  }
  return out;
}

std::string timeText(const std::string& shorthand, fhir::Instant now) {
  const auto [when, precision] = split(shorthand);
  if (when.empty() || (when[0] >= '0' && when[0] <= '9')) return shorthand;
  std::chrono::seconds away{0};
  if (when != "now") {
    const char* at = when.data() + 1;
    const char* const end = when.data() + when.size();
    if (at == end || (when[0] != '-' && when[0] != '+')) refuse("no time: " + shorthand);
    while (at != end) {
      long long count = 0;
      const auto read = std::from_chars(at, end, count);
      if (read.ec != std::errc() || read.ptr == end) refuse("no time: " + shorthand);
      away += spanOf(count, *read.ptr);
      at = read.ptr + 1;
    }
    if (when[0] == '-') away = -away;
  }
  if (!precision.empty() && precision != "date") refuse("no time: " + shorthand);
  const fhir::Instant moment = now + away;
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(moment - day);
  char text[40];
  (void)std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
  return precision == "date" ? std::string(text, 10) : text;
}

ResourceWriter::ResourceWriter(const rapidjson::Value& entry, const char* type, const std::string& id,
                               fhir::Instant now)
    : entry_(entry), now_(now), json_(buffer_) {
  json_.StartObject();
  text("resourceType", type);
  text("id", id);
}

std::string ResourceWriter::word(const char* name, const std::string& otherwise) const {
  const auto at = entry_.FindMember(name);
  if (at == entry_.MemberEnd()) return otherwise;
  if (at->value.IsNull()) return "";
  if (!at->value.IsString()) refuse(std::string(name) + " must be a string");
  return at->value.GetString();
}

ResourceWriter::Json& ResourceWriter::key(const char* name) {
  json_.Key(name);
  return json_;
}

void ResourceWriter::text(const char* name, std::string_view value) {
  key(name).String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void ResourceWriter::plain(const char* name, const char* from, const std::string& otherwise) {
  if (const auto value = word(from, otherwise); !value.empty()) text(name, value);
}

void ResourceWriter::time(const char* name, const char* from) {
  if (const auto value = word(from, ""); !value.empty()) text(name, timeText(value, now_));
}

void ResourceWriter::status(const char* name, const std::string& code, std::string_view system) {
  if (!code.empty()) coded(name, std::string(system) + " " + code, "");
}

void ResourceWriter::coded(const char* name, const std::string& code, const std::string& words) {
  if (code.empty() && words.empty()) return;
  key(name);
  concept_(code, words);
}

void ResourceWriter::concept_(const std::string& code, const std::string& words) {
  const auto [system, rest] = split(code);
  json_.StartObject();
  if (system == "text") {
    text("text", rest);
  } else {
    if (!code.empty()) {
      key("coding").StartArray();
      coding(code);
      json_.EndArray();
    }
    if (!words.empty()) text("text", words);
  }
  json_.EndObject();
}

void ResourceWriter::listedOnce(const char* name, const char* from) {
  if (!has(from)) return;
  key(name);
  codeOrWords(word(from, ""));
}

void ResourceWriter::listed(const char* name, const char* from) {
  if (!has(from)) return;
  key(name).StartArray();
  codeOrWords(word(from, ""));
  json_.EndArray();
}

void ResourceWriter::codeOrWords(const std::string& said) {
  const bool isCode = said.starts_with("text ") || !systemOf(split(said).first).empty();
  concept_(isCode ? said : "", isCode ? "" : said);
}

void ResourceWriter::quantity(const std::string& words) {
  const std::size_t digits = words.find_first_not_of("<>=");
  double number = 0;
  const auto read = std::from_chars(words.data() + digits, words.data() + words.size(), number);
  const std::size_t used = static_cast<std::size_t>(read.ptr - words.data());
  if (read.ec != std::errc() || (used < words.size() && words[used] != ' ')) refuse("no value: " + words);
  key("valueQuantity").StartObject();
  key("value").Double(number);
  if (digits > 0) text("comparator", words.substr(0, digits));
  if (used < words.size()) {
    text("unit", words.substr(used + 1));
    text("code", words.substr(used + 1));
  }
  json_.EndObject();
}

void ResourceWriter::value(const rapidjson::Value& value) {
  if (value.IsBool()) {
    key("valueBoolean").Bool(value.GetBool());
  } else if (value.IsInt()) {
    key("valueInteger").Int(value.GetInt());
  } else if (!value.IsString()) {
    refuse("a value is true, false, a whole number or a string");
  } else if (const std::string words = value.GetString(); words.starts_with("text ")) {
    text("valueString", words.substr(5));
  } else if (words.find_first_of("<>-0123456789") == 0) {
    quantity(words);
  } else {
    coded("valueCodeableConcept", words, "");
  }
}

void ResourceWriter::coding(const std::string& code) {
  const auto [system, rest] = split(code);
  if (systemOf(system).empty() || rest.empty()) refuse("no code: " + code);
  json_.StartObject();
  text("system", systemOf(system));
  text("code", rest);
  json_.EndObject();
}

void ResourceWriter::answer(const rapidjson::Value& said) {
  const std::string words = said.IsString() ? said.GetString() : "";
  json_.StartObject();
  if (words == "yes" || words == "no") {
    key("valueBoolean").Bool(words == "yes");
  } else if (words == "not examined") {
    key("valueCoding");
    coding("urn:plumbline:answer not-examined");
  } else if (words.starts_with("display ")) {
    key("valueCoding").StartObject();
    text("display", words.substr(8));
    json_.EndObject();
  } else if (!said.IsString() || words.starts_with("text ")) {
    value(said);
  } else {
    key("valueCoding");
    coding(words);
  }
  json_.EndObject();
}

void ResourceWriter::measured(const rapidjson::Value& from, const char* code) {
  coded("code", member(from, code), member(from, "text"));
  if (from.HasMember("value")) value(from["value"]);
  if (const auto flag = member(from, "interpretation"); !flag.empty()) {
    key("interpretation").StartArray();
    concept_("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation " + flag, "");
    json_.EndArray();
  }
  status("dataAbsentReason", member(from, "absentReason"),
         "http://terminology.hl7.org/CodeSystem/data-absent-reason");
}

void ResourceWriter::subject() {
  const std::string whose = word("subject", "");
  if (!whose.empty() && whose != "other") refuse("subject can only be \"other\"");
  key("subject").StartObject();
  text("reference", whose.empty() ? "Patient/p1" : "Patient/p2");
  json_.EndObject();
}

std::string ResourceWriter::end() {
  json_.EndObject();
  return buffer_.GetString();
}

}  // namespace plumbline::tests
