#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

#include "fhir/json.h"
#include "fhir/reference.h"
#include "plugin/cards/detail.h"
#include "plugin/router.h"
#include "tests/corpus/chart_request.h"
#include "tests/corpus/corpus.h"

namespace plumbline {
namespace {

using corpus::File;
using corpus::Pain;
using fhir::Json;

/// When a chart is opened: years after most of them end, or on the day after its last entry, when what it
/// records is fresh.
enum class Moment { Today, AfterLastEntry };

/// Far above what the slowest chart takes under sanitizers; what is beyond it hangs.
constexpr std::chrono::seconds kAnswerWithin{10};
const fhir::Instant kNow = fhir::parseDate("2026-11-25T12:00:00Z")->earliest;

std::string_view textAt(Json object, std::string_view key) {
  return fhir::text(object, key).value_or(std::string_view{});
}

struct Answer {
  int status = 0;
  std::string tier = "(no card)";
  std::string lead;
  std::string present;
};

void expectSoundOutcome(Json body) {
  EXPECT_EQ(textAt(body, "resourceType"), "OperationOutcome");
  int issues = 0;
  fhir::forEach(body, "issue", [&](Json issue) {
    ++issues;
    EXPECT_EQ(textAt(issue, "severity"), "error");
    EXPECT_FALSE(textAt(issue, "code").empty());
  });
  EXPECT_GT(issues, 0);
}

void readCard(Json card, Answer& answer) {
  const std::string_view summary = textAt(card, "summary");
  EXPECT_FALSE(summary.empty());
  EXPECT_EQ(summary.find('\n'), summary.npos);
  EXPECT_LE(cards::utf16Length(summary), 139U);
  EXPECT_FALSE(textAt(card, "detail").empty());
  EXPECT_LE(cards::utf16Length(textAt(card, "detail")), 1500U);
  const auto extension = fhir::member(card, "extension");
  ASSERT_TRUE(extension);
  const auto assessment = fhir::member(*extension, "org.plumbline.assessment");
  ASSERT_TRUE(assessment);
  answer.tier = textAt(*assessment, "tier");
  fhir::forEach(*assessment, "pathways", [&](Json pathway) {
    if (answer.lead.empty()) answer.lead = textAt(pathway, "id");
  });
  fhir::forEach(*assessment, "present", [&](Json finding) {
    answer.present += " " + std::string(finding.get_string().value_unsafe());
  });
}

/// The property every answer must have: 200 with cards that keep their limits, or 4xx with an
/// OperationOutcome.
Answer expectSound(int status, std::string_view body) {
  Answer answer;
  answer.status = status;
  EXPECT_TRUE(status == 200 || (status >= 400 && status < 500)) << status;
  const auto document = fhir::JsonDocument::parse(body);
  EXPECT_TRUE(document) << "the answer is not JSON";
  if (!document) return answer;
  if (status != 200) {
    expectSoundOutcome(document->root());
  } else {
    EXPECT_TRUE(fhir::has(document->root(), "cards"));
    fhir::forEach(document->root(), "cards", [&](Json card) { readCard(card, answer); });
  }
  return answer;
}

using Tally = std::map<std::string, int>;

void print(const std::string& row, const Tally& tally) {
  std::cout << "| " << std::setw(34) << std::left << row << " |";
  for (const auto& [what, count] : tally) std::cout << " " << what << ": " << count << " |";
  std::cout << "\n";
}

class Service : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::vector<fhir::Problem> problems;
    auto pack = rules::loadPack(defaultConfig().pack, problems);
    ASSERT_TRUE(pack && problems.empty());
    context = new Context;
    context->fixedNow = kNow;
    context->inForce.store(std::make_shared<const InForce>(InForce{*std::move(pack)}));
  }
  static void TearDownTestSuite() {
    delete context;
    context = nullptr;
  }

  static Answer ask(std::string_view serviceId, std::string_view body) {
    const std::string path = "/cds-services/" + std::string(serviceId);
    http::Request request{"POST", path, "", {{"Content-Type", "application/json"}}, body, "test"};
    const auto began = std::chrono::steady_clock::now();
    const http::Reply reply = route(*context, Side::Services, request);
    EXPECT_LT(std::chrono::steady_clock::now() - began, kAnswerWithin);
    return expectSound(reply.status, reply.body);
  }

  static void ask(std::string_view serviceId, std::string_view body, Tally& statuses) {
    ++statuses[std::to_string(ask(serviceId, body).status)];
  }

  static Context* context;
};

Context* Service::context = nullptr;

/// That the silence of the charts below is not the silence of a service that always keeps quiet.
TEST_F(Service, GivesTheSampleChartAnEmergencyCard) {
  std::ifstream in(PLUMBLINE_SAMPLE);
  const std::string request(std::istreambuf_iterator<char>(in), {});
  const Answer answer = ask("plumbline-patient-view", request);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.tier, "emergency");
  EXPECT_EQ(answer.lead, "cauda-equina");
}

class Corpus : public Service {
 protected:
  void SetUp() override {
    if (!corpus::directory()) GTEST_SKIP() << "no corpus: PLUMBLINE_CORPUS names no directory";
  }

  /// Asks about every patient and prints how the tiers fall and who is an emergency or urgent.
  static void weighPatients(Pain pain, Moment moment);
};

/// Charts that hold a picture of an emergency: chest pressure is today's complaint of somebody with neck pain
/// (architecture §5 rule 12).
bool isExplained(const std::string& name) {
  return name.find("fb7c882a-f897-e7c5-67e0-825e7fd55d15") != std::string::npos;
}

void Corpus::weighPatients(Pain pain, Moment moment) {
  Tally statuses;
  Tally tiers;
  int charts = 0;
  for (const File& file : corpus::files("patients")) {
    SCOPED_TRACE(file.name);
    const auto bundle = fhir::JsonDocument::parse(file.text);
    ASSERT_TRUE(bundle);
    const auto request = corpus::requestOf(bundle->root(), pain);
    ASSERT_TRUE(request);
    context->fixedNow = kNow;
    if (moment == Moment::AfterLastEntry) {
      context->fixedNow = corpus::lastEntry(bundle->root()).value_or(kNow) + std::chrono::days(1);
    }
    const Answer answer = ask("plumbline-patient-view", *request);
    ++charts;
    ++statuses[std::to_string(answer.status)];
    ++tiers[answer.tier];
    if (pain == Pain::AsRecorded && !isExplained(file.name)) {
      EXPECT_NE(answer.tier, "emergency") << answer.lead << answer.present;
    }
    if (answer.tier == "emergency" || answer.tier == "urgent") {
      std::cout << "  " << answer.tier << " " << answer.lead << " <-" << answer.present << " : " << file.name
                << "\n";
    }
  }
  const std::string row = std::string(pain == Pain::Added ? "with back pain" : "as they are") +
                          (moment == Moment::Today ? ", today" : ", at their end");
  print(row + ", status", statuses);
  print(row + ", tier", tiers);
  EXPECT_GE(charts, 221);
  EXPECT_EQ(statuses["200"], charts);
  context->fixedNow = kNow;
}

TEST_F(Corpus, GivesNoPatientAsRecordedAnEmergencyCardToday) {
  weighPatients(Pain::AsRecorded, Moment::Today);
}

TEST_F(Corpus, GivesNoPatientAsRecordedAnEmergencyCardAtTheEndOfTheChart) {
  weighPatients(Pain::AsRecorded, Moment::AfterLastEntry);
}

TEST_F(Corpus, AnswersEveryPatientWithBackPainAddedToday) {
  weighPatients(Pain::Added, Moment::Today);
}

TEST_F(Corpus, AnswersEveryPatientWithBackPainAddedAtTheEndOfTheChart) {
  weighPatients(Pain::Added, Moment::AfterLastEntry);
}

TEST_F(Corpus, AnswersEveryPublishedHookMessageAtEveryService) {
  const auto files = corpus::files("hooks");
  for (const auto& service : hooks::services()) {
    Tally asSent;
    Tally readdressed;
    for (const File& file : files) {
      SCOPED_TRACE(file.name);
      ask(service.id, file.text, asSent);
      const auto document = fhir::JsonDocument::parse(file.text);
      const auto request = document ? corpus::readdressed(document->root(), service.hookName) : std::nullopt;
      if (request) ask(service.id, *request, readdressed);
    }
    print("hooks, " + std::string(service.hookName), asSent);
    print("  for this hook", readdressed);
  }
}

/// The id of the patient an example is about, so that it is read and not refused as another patient's.
std::string subjectOf(Json resource) {
  if (textAt(resource, "resourceType") == "Patient") return std::string(textAt(resource, "id"));
  for (const char* key : {"subject", "patient"}) {
    const auto subject = fhir::member(resource, key);
    const auto reference = subject ? fhir::parseReference(textAt(*subject, "reference")) : std::nullopt;
    if (reference && reference->type == "Patient") return std::string(reference->id);
  }
  return "example";
}

TEST_F(Corpus, AnswersEveryExampleResourceAsDataAndAsABody) {
  for (const char* set : {"fhir_examples_r4", "us_core_examples"}) {
    Tally asData;
    Tally asBody;
    for (const File& file : corpus::files(set)) {
      SCOPED_TRACE(file.name);
      ask("plumbline-patient-view", file.text, asBody);
      const auto document = fhir::JsonDocument::parse(file.text);
      ASSERT_TRUE(document);
      ask("plumbline-patient-view", corpus::requestWith(file.text, subjectOf(document->root())), asData);
    }
    EXPECT_GT(asData["200"], 50);
    print(std::string(set) + ", as data", asData);
    print(std::string(set) + ", as body", asBody);
  }
}

TEST_F(Corpus, AnswersEveryMalformedTextAsData) {
  Tally statuses;
  for (const File& file : corpus::files("malformed")) {
    SCOPED_TRACE(file.name);
    const auto document = fhir::JsonDocument::parse(file.text);
    if (document) ask("plumbline-patient-view", corpus::requestWith(file.text, "example"), statuses);
  }
  print("malformed, as data", statuses);
}

/// Over a socket, one connection for all: a body that upset the framing would spoil the next answer.
TEST_F(Corpus, AnswersEveryMalformedTextAsABodyOverOneConnection) {
  http::Server server(
      {}, [](const http::Request& request) { return route(*context, Side::Everything, request); });
  server.start();
  Poco::Net::HTTPClientSession session("127.0.0.1", server.port());
  session.setKeepAlive(true);
  session.setTimeout(Poco::Timespan(kAnswerWithin.count(), 0));
  Tally statuses;
  for (const File& file : corpus::files("malformed")) {
    SCOPED_TRACE(file.name);
    Poco::Net::HTTPRequest request("POST", "/cds-services/plumbline-patient-view", "HTTP/1.1");
    request.setContentType("application/json");
    request.setContentLength(static_cast<std::streamsize>(file.text.size()));
    session.sendRequest(request) << file.text << std::flush;
    Poco::Net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
    EXPECT_TRUE(response.getKeepAlive());
    ++statuses[std::to_string(expectSound(response.getStatus(), body).status)];
  }
  print("malformed, as body", statuses);
}

}  // namespace
}  // namespace plumbline
