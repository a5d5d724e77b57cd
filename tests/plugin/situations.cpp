#include "tests/plugin/situations.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <variant>

#include "plugin/hooks/gather.h"
#include "rules/engine.h"

namespace plumbline::situations {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

void set(Members& members, const std::string& key, const std::string& json) {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const auto& each) { return each.first == key; });
  if (found == members.end()) {
    members.emplace_back(key, json);
  } else {
    found->second = json;
  }
}

void drop(Members& members, const std::string& key) {
  std::erase_if(members, [&](const auto& each) { return each.first == key; });
}

std::string object(const Members& members) {
  std::string text = "{";
  for (const auto& [key, json] : members) text += (text.size() > 1 ? ",\"" : "\"") + key + "\":" + json;
  return text + "}";
}

const hooks::Service* serviceOf(std::string_view hook) {
  for (const auto& each : hooks::services()) {
    if (each.hookName == hook) return &each;
  }
  throw std::invalid_argument("no such hook");
}

}  // namespace

fhir::Instant now() {
  return fhir::parseDate("2026-11-23T10:00:00Z")->earliest;
}

const rules::Pack& pack() {
  static const rules::Pack loaded = [] {
    std::vector<fhir::Problem> problems;
    auto read = rules::loadPack(PLUMBLINE_CONTENT, problems);
    if (!read) throw std::runtime_error("the content has problems");
    return *std::move(read);
  }();
  return loaded;
}

Request::Request(std::string_view hook) : service_(serviceOf(hook)) {
  envelope_ = {{"hook", '"' + std::string(hook) + '"'},
               {"hookInstance", "\"0a4d2c51-6d2b-4c3e-9a0e-0d6a5f8b7c11\""}};
  context_ = {{"userId", "\"Practitioner/d1\""}, {"patientId", "\"p1\""}};
  if (service_->needsEncounter) context("encounterId", "\"e1\"");
  if (service_->needsSelections) context("selections", "[]");
  if (service_->needsDrafts) context("draftOrders", bundle({}));
  if (service_->needsConditions) context("conditions", bundle({}));
  for (const auto& each : hooks::prefetch()) prefetch(std::string(each.key), "");
  prefetch("patient", R"({"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1992-03-04"})");
}

Request& Request::envelope(const std::string& key, const std::string& json) {
  set(envelope_, key, json);
  return *this;
}
Request& Request::context(const std::string& key, const std::string& json) {
  set(context_, key, json);
  return *this;
}
Request& Request::prefetch(const std::string& key, const std::string& json) {
  set(prefetch_, key, json);
  return *this;
}
Request& Request::dropEnvelope(const std::string& key) {
  dropped_.insert(key);
  return *this;
}
Request& Request::dropContext(const std::string& key) {
  drop(context_, key);
  return *this;
}
Request& Request::dropPrefetch(const std::string& key) {
  drop(prefetch_, key);
  return *this;
}

Request& Request::with(const std::string& key, const std::string& resource) {
  for (auto& [name, list] : resources_) {
    if (name != key) continue;
    list.push_back(resource);
    return *this;
  }
  resources_.push_back({key, {resource}});
  return *this;
}

std::string Request::text() const {
  Members supplied = prefetch_;
  for (auto& [key, json] : supplied) {
    if (!json.empty()) continue;
    const auto found = std::find_if(resources_.begin(), resources_.end(),
                                    [&, name = key](const auto& each) { return each.first == name; });
    json = bundle(found == resources_.end() ? std::vector<std::string>{} : found->second);
  }
  Members whole{{"context", object(context_)}, {"prefetch", object(supplied)}};
  for (const auto& [key, json] : envelope_) set(whole, key, json);
  std::erase_if(whole, [&](const auto& each) { return dropped_.contains(each.first); });
  return object(whole);
}

std::string bundle(const std::vector<std::string>& resources, const std::string& more) {
  std::string entries;
  for (const auto& each : resources)
    entries += (entries.empty() ? "" : ",") + std::string(R"({"resource":)") + each + "}";
  return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]" + more + "}";
}

std::string condition(const std::string& code, const std::string& onset, const std::string& more) {
  const bool snomed = code.starts_with("snomed|");
  const std::string system = snomed ? "http://snomed.info/sct" : "http://hl7.org/fhir/sid/icd-10-cm";
  const std::string id = "c-" + code.substr(code.find('|') + 1);
  return R"({"resourceType":"Condition","id":")" + id +
         R"(","subject":{"reference":"Patient/p1"},"clinicalStatus":{"coding":[{"code":"active"}]},)" +
         R"("verificationStatus":{"coding":[{"code":"confirmed"}]},"code":{"coding":[{"system":")" + system +
         R"(","code":")" + code.substr(code.find('|') + 1) + R"("}]})" +
         (onset.empty() ? "" : R"(,"onsetDateTime":")" + onset + '"') + more + "}";
}

std::string negativeScreen(const std::vector<std::string>& leftOut) {
  std::set<std::string> asked;
  for (const auto& [region, items] : pack().screen.items) {
    for (const auto& item : items) {
      for (const std::size_t finding : item.all) asked.insert(pack().findings[finding].id);
    }
  }
  std::string items;
  for (const auto& id : asked) {
    if (std::find(leftOut.begin(), leftOut.end(), id) != leftOut.end()) continue;
    items += (items.empty() ? "" : ",") + std::string(R"({"linkId":")") + id +
             R"(","answer":[{"valueBoolean":false}]})";
  }
  return R"({"resourceType":"QuestionnaireResponse","id":"q1","status":"completed",)"
         R"("subject":{"reference":"Patient/p1"},"authored":"2026-11-23T08:00:00Z","item":[)" +
         items + "]}";
}

std::string failedSearch() {
  return R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden"}]})";
}

Request emergency(std::string_view hook) {
  return Request(hook)
      .with("conditions", condition("icd10|M54.50", "2026-11-18"))
      .with("conditions", condition("snomed|449813001", "2026-11-22"))
      .with("conditions", condition("icd10|R33.9", "2026-11-22"));
}

Request urgent(std::string_view hook) {
  return Request(hook)
      .with("conditions", condition("icd10|M54.2", "2026-10-01"))
      .with("conditions", condition("snomed|309521004", "2026-11-01"));
}

Request soon(std::string_view hook) {
  return Request(hook).with("conditions", condition("snomed|53574006", "2026-11-10"));
}

Request structuralFirst(std::string_view hook) {
  return Request(hook)
      .with("conditions", condition("icd10|M54.50", "2026-11-10"))
      .with("conditions", condition("icd10|F41.1", "2026-11-01"))
      .with("conditions", condition("snomed|426068005", "2026-11-12"));
}

Request cleared(std::string_view hook) {
  return structuralFirst(hook).with("responses", negativeScreen());
}

Request notAssessable(std::string_view hook) {
  return Request(hook)
      .with("conditions", condition("icd10|M54.50", "2026-11-10"))
      .prefetch("labs", failedSearch());
}

Request silent(std::string_view hook) {
  return Request(hook).with("conditions", condition("icd10|M54.50", "2026-11-10"));
}

std::unique_ptr<Chart> chartOf(const Request& request, const hooks::Profile& client) {
  auto document = fhir::JsonDocument::parse(request.text());
  if (!document) throw std::runtime_error(document.error().detail);
  auto chart = std::unique_ptr<Chart>(new Chart{*std::move(document), {}, {}, {}, {}});
  auto read = hooks::readRequest(chart->document.root(), &request.service(), client);
  if (!read) throw std::runtime_error(read.error().where + ": " + read.error().detail);
  chart->request = *read;
  auto gathered = hooks::gather(chart->request, {}, now());
  if (const auto* refused = std::get_if<fhir::Error>(&gathered))
    throw std::runtime_error(refused->where + ": " + refused->detail);
  if (std::holds_alternative<hooks::Lacking>(gathered)) throw std::runtime_error("a required key is lacking");
  chart->record = std::move(std::get<fhir::PatientRecord>(gathered));
  chart->assessment = rules::assess(pack(), chart->record, now());
  chart->call = {chart->request.moment,
                 chart->request.patientId,
                 chart->request.encounterId,
                 cards::Grouping::Single,
                 {}};
  return chart;
}

std::vector<cards::Card> cardsOf(const Request& request, cards::Grouping grouping) {
  const auto chart = chartOf(request);
  chart->call.grouping = grouping;
  return cards::compose(chart->assessment, chart->call,
                        [](std::string_view what) { return std::string(what); });
}

Answered ask(const Request& request, cards::Grouping grouping) {
  return answer(request.service(), request.text(), {pack(), now(), grouping}, namedUuid);
}

Answered askAs(std::string_view profile, const Request& request, const cards::Site& site) {
  return answer(request.service(), request.text(),
                {pack(), now(), cards::Grouping::Single, {hooks::profile(profile), &site}}, namedUuid);
}

std::vector<cards::Card> cardsFor(std::string_view profile, const Request& request, const cards::Site& site) {
  const auto chart = chartOf(request, *hooks::profile(profile));
  chart->call.audience = {hooks::profile(profile), &site};
  return cards::compose(chart->assessment, chart->call,
                        [](std::string_view what) { return std::string(what); });
}

rapidjson::Document bodyOf(const http::Reply& reply) {
  rapidjson::Document body;
  body.Parse(reply.body.data(), reply.body.size());
  if (body.HasParseError()) throw std::runtime_error("the body is not JSON: " + reply.body);
  return body;
}

}  // namespace plumbline::situations
