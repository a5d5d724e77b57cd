#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "certs/jwt.h"
#include "plugin/screen/smart.h"
#include "tests/e2e/charts.h"
#include "tests/e2e/fhir_server.h"

namespace plumbline::e2e {

/// An EHR with a SMART authorization server and one patient with back pain, that keeps to the standards or,
/// where a test says so, does not.
class SmartEhr {
 public:
  SmartEhr() : server_([this](const auto& asked, auto& talk) { answer(asked, talk); }) {}

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::string root() const { return url().substr(0, url().rfind("/fhir")); }

  /// The user signs in and allows what the browser was sent with; the code that it is sent back with.
  std::string allow(const std::string& authorizationUrl) {
    const std::lock_guard lock(mutex_);
    const std::string query = authorizationUrl.substr(authorizationUrl.find('?') + 1);
    std::string code = "code-" + std::to_string(codes_.size());
    codes_[code] = {*screen::parameter(query, "redirect_uri"), *screen::parameter(query, "code_challenge"),
                    *screen::parameter(query, "client_id")};
    return code;
  }

  /// What it answers to a POST of resources of a type: 201 unless told otherwise.
  void on(const std::string& type, const std::string& status) {
    const std::lock_guard lock(mutex_);
    statuses_[type] = status;
  }
  void configuration(const std::string& json) {
    const std::lock_guard lock(mutex_);
    configuration_ = json;
  }
  /// From now on it takes codes only with an assertion that is signed by a key of this set and meant for
  /// `audience`; empty: its own token endpoint.
  void expectAssertions(const std::string& jwks, const std::string& audience = "") {
    const std::lock_guard lock(mutex_);
    jwks_ = jwks;
    audience_ = audience.empty() ? root() + "/token" : audience;
  }
  /// The kids of the assertions that were good, in order.
  [[nodiscard]] std::vector<std::string> provenBy() const {
    const std::lock_guard lock(mutex_);
    return provenBy_;
  }
  void patient(const std::string& id) {
    const std::lock_guard lock(mutex_);
    patient_ = id;
  }

  /// The resources it holds of what was written to it, by type and the condition they were created on.
  [[nodiscard]] std::map<std::string, std::string> written() const {
    const std::lock_guard lock(mutex_);
    return written_;
  }
  /// The types of the POSTs, in order.
  [[nodiscard]] std::vector<std::string> offered() const {
    const std::lock_guard lock(mutex_);
    return offered_;
  }
  [[nodiscard]] std::vector<FhirServer::Asked> asked() const { return server_.asked(); }
  [[nodiscard]] int connections() const { return server_.connections(); }

 private:
  struct Code {
    std::string redirect, challenge, client;
    bool used = false;
  };

  void answer(const FhirServer::Asked& asked, FhirServer::Talk& talk) {
    if (asked.target == "/fhir/.well-known/smart-configuration") return talk.answer(wellKnown());
    if (asked.target == "/token") return talk.answer(token(asked.body), tokenStatus(asked));
    if (asked.field("Authorization") != "Bearer token-canary") return talk.answer("{}", "401 Unauthorized");
    if (asked.isPost()) return create(asked, talk);
    answerAs(chart_, asked, talk);
  }

  std::string wellKnown() const {
    const std::lock_guard lock(mutex_);
    if (!configuration_.empty()) return configuration_;
    return R"({"authorization_endpoint": ")" + root() + R"(/authorize", "token_endpoint": ")" + root() +
           R"(/token", "code_challenge_methods_supported": ["S256"], "capabilities": ["launch-ehr", "permission-v2"]})";
  }

  /// Whether the code is good: once, with the verifier of its challenge, for the same client and address.
  std::string tokenStatus(const FhirServer::Asked& asked) {
    const std::lock_guard lock(mutex_);
    const auto value = [&](const char* name) { return screen::parameter(asked.body, name).value_or(""); };
    const auto found = codes_.find(value("code"));
    const bool good =
        found != codes_.end() && !found->second.used && value("redirect_uri") == found->second.redirect &&
        screen::challengeOf(value("code_verifier")) == found->second.challenge &&
        (jwks_.empty() ? value("client_id") == found->second.client : isProven(asked, found->second.client));
    if (found != codes_.end()) found->second.used = true;
    return good ? "200 OK" : "400 Bad Request";
  }

  /// Whether the request shows by a good assertion, and by nothing else, that `client` sends it.
  bool isProven(const FhirServer::Asked& asked, const std::string& client) {
    const auto value = [&](const char* name) { return screen::parameter(asked.body, name).value_or(""); };
    const std::string assertion = value("client_assertion");
    const auto read = certs::readToken(assertion);
    const auto* token = std::get_if<certs::Token>(&read);
    if (!token) return false;
    const auto set = certs::KeySet::parse(jwks_);
    const auto* key = set ? set->find(token->kid) : nullptr;
    const certs::Expected expected{
        .now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
        .audiences = {audience_},
        .algorithms = {certs::Algorithm::ES384, certs::Algorithm::RS384},
        .tenants = {},
        .longestLifetime = std::chrono::minutes(5)};
    const bool good =
        key && !certs::check(*token, expected) && token->issuer == client &&
        certs::splitCompact(assertion)->payload.find(R"("sub":")" + client + '"') != std::string::npos &&
        certs::verify(token->algorithm, *key, token->signedPart, token->signature) &&
        value("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" &&
        value("client_id").empty() && asked.field("Authorization").empty() && ids_.insert(token->id).second;
    if (good) provenBy_.push_back(token->kid);
    return good;
  }

  std::string token(const std::string&) const {
    const std::lock_guard lock(mutex_);
    return R"({"access_token": "token-canary", "token_type": "Bearer", "expires_in": 600, "patient": ")" +
           patient_ + R"("})";
  }

  void create(const FhirServer::Asked& asked, FhirServer::Talk& talk) {
    const std::string type = asked.target.substr(asked.target.rfind('/') + 1);
    std::string status;
    {
      const std::lock_guard lock(mutex_);
      offered_.push_back(type);
      const auto told = statuses_.find(type);
      status = told == statuses_.end() ? "201 Created" : told->second;
      if (status.starts_with("2") || status == "hang up")
        written_.try_emplace(type + "?" + asked.field("If-None-Exist"), asked.body);
    }
    if (status == "hang up") return talk.reset();
    talk.answer("", status);
  }

  static Split backPain() {
    std::string prefetch =
        R"("patient":{"resourceType":"Patient","id":"p1","gender":"male","birthDate":"1980-05-01",)"
        R"("name":[{"given":["Cana"],"family":"Ry"}]},"conditions":)" +
        bundle(
            {R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"clinicalStatus":)"
             R"({"coding":[{"code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":)"
             R"("279039007"}]},"onsetDateTime":"2026-11-20"})"});
    for (const char* key : {"observations", "vitals", "labs", "surveys", "responses", "medications",
                            "procedures", "reports", "orders", "appointments", "notes"})
      prefetch += std::string(",\"") + key + "\":" + bundle({});
    return split(
        R"({"hook":"patient-view","hookInstance":"i1","context":{"userId":"Practitioner/u1","patientId":"p1"},)"
        R"("prefetch":{)" +
        prefetch + "}}");
  }

  const Split chart_ = backPain();
  mutable std::mutex mutex_;
  std::map<std::string, Code> codes_;
  std::map<std::string, std::string> statuses_, written_;
  std::vector<std::string> offered_, provenBy_;
  std::set<std::string> ids_;
  std::string jwks_, audience_;
  std::string configuration_, patient_ = "p1";
  FhirServer server_;
};

}  // namespace plumbline::e2e
