#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

#include "fhir/date.h"

namespace plumbline::tests {

/// Throws std::invalid_argument: what is wrong with a piece of shorthand.
[[noreturn]] void refuse(const std::string& what);

std::string base64(const std::string& text);

/// Writes one FHIR resource member by member from one entry of shorthand. What the entry does not have is
/// not written.
class ResourceWriter {
 public:
  using Json = rapidjson::Writer<rapidjson::StringBuffer>;

  ResourceWriter(const rapidjson::Value& entry, const char* type, const std::string& id, fhir::Instant now);

  [[nodiscard]] const rapidjson::Value& entry() const { return entry_; }
  [[nodiscard]] bool has(const char* name) const { return entry_.HasMember(name); }

  /// The entry's string at `name`, or `otherwise` when it has none; null leaves the element out and is "".
  [[nodiscard]] std::string word(const char* name, const std::string& otherwise) const;

  Json& key(const char* name);
  void text(const char* name, std::string_view value);
  /// The entry's string at `from`.
  void plain(const char* name, const char* from, const std::string& otherwise);
  /// The entry's time at `from`.
  void time(const char* name, const char* from);
  /// A status that FHIR R4 wraps in a CodeableConcept.
  void status(const char* name, const std::string& code, std::string_view system);
  /// A CodeableConcept of "snomed 123" or "text some words", and further words.
  void coded(const char* name, const std::string& code, const std::string& words);
  /// The entry's code or words at `from`, as one CodeableConcept or as a list of one.
  void listedOnce(const char* name, const char* from);
  void listed(const char* name, const char* from);
  /// Code, value, interpretation and reason for absence: of an Observation or of a component in it.
  void measured(const rapidjson::Value& from, const char* code);
  /// One Coding.
  void coding(const std::string& code);
  /// One answer of a QuestionnaireResponse.
  void answer(const rapidjson::Value& said);
  /// The patient of the request, or "Patient/p2" where the entry says "subject": "other".
  void subject();

  /// The resource, complete.
  std::string end();

 private:
  void concept_(const std::string& code, const std::string& words);
  void codeOrWords(const std::string& said);
  void value(const rapidjson::Value& value);
  void quantity(const std::string& words);

  const rapidjson::Value& entry_;
  fhir::Instant now_;
  rapidjson::StringBuffer buffer_;
  Json json_;
};

}  // namespace plumbline::tests
