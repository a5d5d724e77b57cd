#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fhir/record.h"

/// What the tests of RecordReader share.
namespace plumbline::fhir {

/// Reads one prefetch of key -> JSON text; keeps the documents alive as a request would.
class Record : public testing::Test {
 protected:
  Result<PatientRecord> read(const std::vector<std::pair<std::string, std::string>>& prefetch) {
    RecordReader reader("p1");
    for (const auto& [key, text] : prefetch) {
      keys_.push_back(std::make_unique<std::string>(key));
      auto document = JsonDocument::parse(text);
      EXPECT_TRUE(document) << text;
      documents_.push_back(std::make_unique<JsonDocument>(*std::move(document)));
      reader.addKey(*keys_.back(), documents_.back()->root());
    }
    return reader.build();
  }

  std::vector<std::unique_ptr<std::string>> keys_;
  std::vector<std::unique_ptr<JsonDocument>> documents_;
};

inline std::string bundle(const std::string& entries, const std::string& more = "") {
  return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]" + more + "}";
}

inline std::string condition(const std::string& subject, const std::string& more = "") {
  return R"({"resourceType":"Condition","id":"c","code":{"text":"Backache"},"subject":{"reference":")" +
         subject + "\"}" + more + "}";
}

}  // namespace plumbline::fhir
