#include "tests/e2e/fetching.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <stdexcept>

#include "plugin/hooks/services.h"
#include "tests/support/pack.h"

namespace plumbline::e2e {
namespace {

std::string written(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// A read answers with one resource, whatever a client makes of it when it prefetches.
void becomeResource(rapidjson::Value& encounter, const rapidjson::Value& context,
                    rapidjson::Document::AllocatorType& allocator) {
  if (encounter.IsObject() && std::string_view(encounter["resourceType"].GetString()) == "Encounter") return;
  rapidjson::Document made(&allocator);
  if (encounter.IsObject() && encounter.HasMember("entry") && !encounter["entry"].Empty()) {
    made.CopyFrom(encounter["entry"][0]["resource"], allocator);
  } else {
    made.Parse((R"({"resourceType":"Encounter","status":"in-progress","id":")" +
                std::string(context["encounterId"].GetString()) + "\"}")
                   .c_str());
  }
  encounter = static_cast<rapidjson::Value&>(made);
}

const hooks::Service& serviceOf(const std::string& hook) {
  for (const auto& each : hooks::services()) {
    if (each.hookName == hook) return each;
  }
  throw std::invalid_argument("no hook " + hook);
}

}  // namespace

Split split(const std::string& request) {
  rapidjson::Document document;
  document.Parse(request.c_str());
  if (document.HasParseError()) throw std::invalid_argument("no JSON");
  Split chart;
  chart.hook = document["hook"].GetString();
  const auto& context = document["context"];
  // Without an encounter there is nothing to ask for it with; no rule needs it.
  if (!context.HasMember("encounterId")) document["prefetch"].RemoveMember("encounter");
  if (context.HasMember("encounterId") && document["prefetch"].HasMember("encounter"))
    becomeResource(document["prefetch"]["encounter"], context, document.GetAllocator());
  document.RemoveMember("fhirServer");
  chart.whole = written(document);
  for (const auto& each : document["prefetch"].GetObject())
    chart.held[each.name.GetString()] = written(each.value);
  for (const auto& each : hooks::prefetch()) {
    std::string target = "/fhir/" + std::string(each.query);
    replace(target, "{{context.patientId}}", context["patientId"].GetString());
    if (context.HasMember("encounterId"))
      replace(target, "{{context.encounterId}}", context["encounterId"].GetString());
    chart.keys[target] = each.key;
  }
  for (const char* key : {"prefetch", "fhirServer", "fhirAuthorization"}) document.RemoveMember(key);
  const std::string rest = written(document);
  chart.hidden = rest.substr(1, rest.size() - 2);
  return chart;
}

std::string withAccess(const Split& chart, const std::string& server, const std::vector<std::string>& keys,
                       const std::string& token) {
  std::string prefetch;
  for (const auto& key : keys)
    prefetch += (prefetch.empty() ? "\"" : ",\"") + key + "\":" + chart.held.at(key);
  return "{" + chart.hidden + R"(,"fhirServer":")" + server + R"(","fhirAuthorization":{"access_token":")" +
         token +
         R"(","token_type":"Bearer","expires_in":300,"scope":"patient/*.rs","subject":"plumbline"},"prefetch":{)" +
         prefetch + "}}";
}

std::string keyOf(const Split& chart, const std::string& target) {
  const auto found = chart.keys.find(target);
  return found == chart.keys.end() ? "" : found->second;
}

void answerAs(const Split& chart, const FhirServer::Asked& asked, FhirServer::Talk& talk) {
  const auto found = chart.held.find(keyOf(chart, asked.target));
  if (found == chart.held.end()) {
    talk.answer(R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]})",
                "404 Not Found");
  } else if (found->second == "null") {
    talk.answer(R"({"resourceType":"Bundle","type":"searchset","total":0})");
  } else {
    talk.answer(found->second);
  }
}

fetch::Policy Reach::loopback() {
  fetch::Policy policy;
  policy.reachable.addresses.allowLoopback = true;
  return policy;
}

Answered answerWith(const std::string& hook, const std::string& request, fhir::Instant now, Reach& reach,
                    const std::string& server, std::chrono::milliseconds deadline) {
  const rules::Pack& pack = tests::pack();  // loaded before the clock starts
  const std::vector<fetch::Base> listed{fetch::parseBase(server).value()};
  const hooks::Access access{&reach.fetcher, listed, fetch::Clock::now() + deadline};
  return answer(serviceOf(hook), request, {.pack = pack, .now = now, .access = access}, namedUuid);
}

std::string namedUuid(std::string_view name) {
  return std::string(name);
}

}  // namespace plumbline::e2e
