/// What a site can serve, and what can never be known there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "plugin/doctor/command.h"
#include "plugin/doctor/diagnosis.h"
#include "tests/support/pack.h"

namespace plumbline::doctor {
namespace {

using std::string;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A server's statement of types: "Condition:search-type:patient,category".
string statement(const std::vector<string>& types) {
  string resources;
  for (const string& each : types) {
    std::istringstream parts(each);
    string type, interactions, parameters, word;
    std::getline(parts, type, ':');
    std::getline(parts, interactions, ':');
    std::getline(parts, parameters, ':');
    const auto list = [&](const string& texts, const char* key) {
      string all;
      std::istringstream words(texts);
      while (std::getline(words, word, ','))
        all += string(all.empty() ? "" : ",") + "{\"" + key + "\":\"" + word + "\"}";
      return all;
    };
    resources += string(resources.empty() ? "" : ",") + R"({"type":")" + type + R"(","interaction":[)" +
                 list(interactions, "code") + R"(],"searchParam":[)" + list(parameters, "name") + "]}";
  }
  return R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","software":{"name":"Made up","version":"7"},)"
         R"("rest":[{"mode":"client","resource":[{"type":"Flag"}]},{"mode":"server","resource":[)" +
         resources + "]}]}";
}

/// Everything that the standard's prefetch asks for.
std::vector<string> everything() {
  return {"Patient:read,search-type:_id",
          "Encounter:read:patient",
          "Condition:search-type:patient,category",
          "Observation:search-type:patient,category,code",
          "QuestionnaireResponse:search-type:patient",
          "MedicationRequest:search-type:patient",
          "Procedure:search-type:patient",
          "DiagnosticReport:search-type:patient",
          "ServiceRequest:search-type:patient,status",
          "Appointment:search-type:patient,status",
          "DocumentReference:search-type:patient"};
}

std::vector<string> without(const string& type) {
  auto types = everything();
  std::erase_if(types, [&](const string& each) { return each.starts_with(type + ":"); });
  return types;
}

std::optional<Capability> capability(const std::vector<string>& types) {
  const auto document = fhir::JsonDocument::parse(statement(types));
  return readCapability(document->root());
}

Diagnosis at(const std::vector<string>& types, const std::optional<string>& scopes = {},
             const string& profile = "spec") {
  Site site{hooks::profile(profile), capability(types), {}, {}};
  if (scopes) site.scopes = readScopes(*scopes);
  return diagnose(tests::pack(), site);
}

const KeyServed& key(const Diagnosis& diagnosis, std::string_view name) {
  return *std::find_if(diagnosis.keys.begin(), diagnosis.keys.end(),
                       [&](const KeyServed& each) { return each.key == name; });
}

const FindingKnown& finding(const Diagnosis& diagnosis, const string& id) {
  return *std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(), [&](const FindingKnown& each) {
    return tests::pack().findings[each.finding].id == id;
  });
}

std::vector<string> ids(const Diagnosis& diagnosis, Known known) {
  std::vector<string> all;
  for (const FindingKnown& each : diagnosis.findings) {
    if (each.known == known) all.push_back(tests::pack().findings[each.finding].id);
  }
  return all;
}

TEST(ACapabilityStatement, TellsOfTheServerAndNotOfClients) {
  const auto read = capability(everything());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->software, "Made up 7");
  EXPECT_EQ(read->fhirVersion, "4.0.1");
  EXPECT_EQ(read->types.size(), everything().size());
  EXPECT_TRUE(read->types.at("Condition").parameters.contains("category"));
  for (const string& other : {string("{}"), string("[]"), string(R"({"resourceType":"Bundle"})"),
                              string(R"({"resourceType":"CapabilityStatement"})"),
                              string(R"({"resourceType":"CapabilityStatement","rest":[{"mode":"client"}]})")})
    EXPECT_FALSE(readCapability(fhir::JsonDocument::parse(other)->root())) << other;
}

TEST(Scopes, AreReadInTheFormsOfSmartAndOfEpic) {
  const auto read = [](const string& text) {
    string all;
    for (const Scope& each : readScopes(text))
      all += each.type + (each.read ? " r" : "") + (each.search ? " s" : "") +
             (each.only.empty() ? "" : " " + each.only) + ";";
    return all;
  };
  EXPECT_EQ(read("launch openid fhirUser patient/Condition.read user/*.* system/Observation.write"),
            "Condition r s;* r s;");
  EXPECT_EQ(read("patient/Condition.rs patient/Patient.r,patient/Encounter.s patient/Procedure.cud"),
            "Condition r s;Patient r;Encounter s;");
  EXPECT_EQ(read("patient/Observation.rs?category=http://x|laboratory"),
            "Observation r s category=http://x|laboratory;");
  EXPECT_EQ(
      read("Condition.Search (Problems) (R4) Patient.Read (R4) Observation.Search (Labs) (R4) x.Search"),
      "Condition s Problems;Patient r;Observation s Labs;");
  EXPECT_EQ(read("patient/.read patient/condition.read other/Condition.read Condition.Create *.Read ( ) (("),
            "");
}

TEST(ASite, ServesEachKeyWhoseTypeInteractionAndParametersItsServerHas) {
  const Diagnosis all = at(everything());
  for (const KeyServed& each : all.keys) {
    EXPECT_EQ(each.served, Served::Yes) << each.key;
    EXPECT_THAT(each.lacking, IsEmpty());
  }
  EXPECT_TRUE(all.answers());
  EXPECT_THAT(ids(all, Known::Never), IsEmpty());
  EXPECT_THAT(key(at(without("Procedure")), "procedures").lacking,
              ElementsAre("the server has no Procedure"));
  auto types = without("Condition");
  types.push_back("Condition:read:subject,category");
  const Diagnosis some = at(types);
  EXPECT_EQ(key(some, "conditions").served, Served::No);
  EXPECT_THAT(key(some, "conditions").lacking,
              ElementsAre("Condition cannot be searched", "no search parameter patient, only subject"));
  EXPECT_FALSE(some.answers());
  EXPECT_TRUE(at(without("Procedure")).answers());
}

TEST(ASite, ServesWhatItsScopesPermitAndOfThatOnlyWhatTheyAreNarrowedTo) {
  EXPECT_EQ(key(at(everything(), "patient/*.rs"), "labs").served, Served::Yes);
  EXPECT_THAT(key(at(everything(), "patient/Patient.r"), "labs").lacking,
              ElementsAre("no scope to search Observation"));
  EXPECT_THAT(key(at(everything(), "patient/Patient.s"), "patient").lacking,
              ElementsAre("no scope to read Patient"));
  const Diagnosis narrowed =
      at(everything(),
         "patient/Observation.rs?category=http://t|laboratory patient/Observation.rs?category=exam "
         "Condition.Search (Problems) (R4)");
  EXPECT_EQ(key(narrowed, "labs").served, Served::Yes);
  EXPECT_EQ(key(narrowed, "observations").served, Served::Part);
  EXPECT_THAT(key(narrowed, "observations").lacking, ElementsAre("no scope for category social-history"));
  EXPECT_EQ(key(narrowed, "vitals").served, Served::No);
  EXPECT_EQ(key(narrowed, "conditions").served, Served::Part);
  EXPECT_THAT(key(narrowed, "conditions").lacking, ElementsAre("the scope is for Problems alone"));
  EXPECT_FALSE(narrowed.answers()) << "nobody may read the patient";
  // Not what it merely looks like.
  EXPECT_EQ(key(at(everything(), "patient/Observation.rs?category=prelaboratory"), "labs").served,
            Served::No);
  EXPECT_EQ(key(at(everything(), "patient/Observation.rs?status=laboratory"), "labs").served, Served::No);
}

TEST(ASite, OfWhichNothingIsSaidIsNotCalledUnableToServe) {
  const Diagnosis unsaid = diagnose(tests::pack(), {});
  for (const KeyServed& each : unsaid.keys) EXPECT_EQ(each.served, Served::Unsaid) << each.key;
  EXPECT_TRUE(unsaid.answers());
  const Diagnosis scoped =
      diagnose(tests::pack(), {&hooks::standardProfile(), {}, readScopes("patient/*.r"), {}});
  EXPECT_EQ(key(scoped, "patient").served, Served::Yes);
  EXPECT_EQ(key(scoped, "labs").served, Served::No);
}

TEST(Findings, AreNeverKnownWhereNothingThatTellsOfThemIsServed) {
  // Drugs are told by orders, and told of in notes.
  EXPECT_THAT(ids(at(everything()), Known::Never), IsEmpty());
  const Diagnosis bare = at({"Patient:read:", "Condition:search-type:patient"});
  EXPECT_THAT(ids(bare, Known::Never), Not(Contains("cauda-equina-diagnosis")));
  EXPECT_THAT(ids(bare, Known::Never), Not(Contains("age-70-or-over")));
  EXPECT_THAT(ids(at({"Patient:read:"}), Known::Never),
              AllOf(Contains("saddle-anaesthesia"), Contains("fever"), Not(Contains("age-70-or-over"))));
  const Diagnosis least = at({"Patient:read:"});
  const FindingKnown& saddle = finding(least, "saddle-anaesthesia");
  EXPECT_THAT(saddle.pathways, Contains("cauda-equina"));
  EXPECT_TRUE(saddle.screened);
  EXPECT_TRUE(saddle.closed.test(static_cast<std::size_t>(Place::Exam)));
  EXPECT_TRUE(saddle.places.none());
}

TEST(Findings, OfWhichNobodyCanSayNoAreRaisedOnly) {
  const Diagnosis coded = at({"Patient:read:", "Condition:search-type:patient"});
  EXPECT_EQ(finding(coded, "saddle-anaesthesia").known, Known::Raised);
  auto answered = std::vector<string>{"Patient:read:", "Condition:search-type:patient",
                                      "QuestionnaireResponse:search-type:patient"};
  EXPECT_EQ(finding(at(answered), "saddle-anaesthesia").known, Known::Both);
  EXPECT_EQ(finding(at(everything()), "saddle-anaesthesia").known, Known::Both);
}

TEST(Findings, AreLessAtAnEhrWhoseProfileAsksForLess) {
  const Places oracle = reached(at(everything(), {}, "oracle").keys);
  EXPECT_FALSE(oracle.test(static_cast<std::size_t>(Place::Exam)));
  EXPECT_FALSE(oracle.test(static_cast<std::size_t>(Place::Survey)));
  EXPECT_TRUE(oracle.test(static_cast<std::size_t>(Place::Vitals)));
  EXPECT_TRUE(oracle.test(static_cast<std::size_t>(Place::SocialHistory)));
  EXPECT_EQ(reached(at(everything()).keys).count(), kPlaces);
}

TEST(Sources, OfEveryFindingThatPathwaysOrScreenAskForAreSomewhere) {
  const auto sources = sourcesOf(tests::pack());
  for (const FindingKnown& each : at(everything()).findings)
    EXPECT_TRUE(sources[each.finding].raise.any()) << tests::pack().findings[each.finding].id;
}

/// Files of a site, and what the command says of them.
class Doctor : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::temp_directory_path() / ("plumbline-doctor-" + std::to_string(::getpid()));
    std::filesystem::create_directories(root_);
    write("capability.json", statement(everything()));
    options.capability = root_ / "capability.json";
    options.now = fhir::parseDate("2026-11-23T10:00:00Z")->earliest;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const string& name, const string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  bool run() {
    std::ostringstream out, wrong;
    const bool good = examine(options, out, wrong);
    said = out.str();
    errors = wrong.str();
    return good;
  }

  std::filesystem::path root_;
  DoctorOptions options;
  string said, errors;
};

string chart(const string& id, const string& codings) {
  return R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":")" +
         id +
         R"(","name":[{"family":"Canary"}],"birthDate":"1970-01-01"}},{"resource":{"resourceType":"Condition","id":"c",)"
         R"("subject":{"reference":"Patient/)" +
         id +
         R"("},"recordedDate":"2026-11-20","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"canary text","coding":[)" +
         codings + "]}}}]}";
}

const string kSaddle = R"({"system":"http://snomed.info/sct","code":"449813001"})";

TEST_F(Doctor, CountsInChartsWhatIsToldOfEachFindingAndNamesTheSitesOwnCodes) {
  write("sample/a.json", chart("canary-1", kSaddle));
  write("sample/b.json", chart("canary-2", R"({"system":"urn:oid:1.2.3","code":"LOCAL-7"})"));
  write("sample/c.json", chart("canary-3", R"({"system":"urn:oid:1.2.3","code":"LOCAL-7"},{"code":"9"})"));
  write("sample/d.json", chart("canary-4", R"({"system":"urn:oid:1.2.3","code":"Canary, Jane"})"));
  write("sample/e.json", chart("canary-5", R"({"system":"urn:oid:1.2.3","code":"WITH-SNOMED"},)" + kSaddle));
  write("sample/notes.txt", "canary");
  options.sample = root_ / "sample";
  EXPECT_TRUE(run()) << errors;
  EXPECT_THAT(said, AllOf(HasSubstr("Sample: 5 charts, 0 refused"),
                          testing::ContainsRegex("saddle-anaesthesia +2 +0 +3\n"),
                          testing::ContainsRegex("fever +0 +0 +5  told by no chart\n"),
                          HasSubstr("        2  Condition  urn:oid:1.2.3|LOCAL-7\n"),
                          HasSubstr("        1  Condition  -|9\n"),
                          HasSubstr("1 uses of codes that are not printed"), Not(HasSubstr("WITH-SNOMED"))));
  EXPECT_THAT(said, Not(testing::AnyOf(HasSubstr("anary"), HasSubstr("1970"))));
  options.format = "json";
  EXPECT_TRUE(run());
  rapidjson::Document document;
  document.Parse(said.c_str());
  ASSERT_FALSE(document.HasParseError());
  EXPECT_TRUE(document["answers"].GetBool());
  EXPECT_EQ(document["sample"]["charts"].GetInt(), 5);
  EXPECT_EQ(document["sample"]["localCodes"].Size(), 2U);
  EXPECT_EQ(document["prefetch"].Size(), hooks::prefetch().size());
  EXPECT_THAT(said, Not(HasSubstr("anary")));
}

TEST_F(Doctor, ReadsTheFilesOfABulkExportAsOne) {
  write("sample/Patient.ndjson", R"({"resourceType":"Patient","id":"p1","birthDate":"1970"})"
                                 "\n"
                                 R"({"resourceType":"Patient","id":"p2","birthDate":"1970"})");
  write(
      "sample/Condition.ndjson",
      R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p2"},"recordedDate":"2026-11-20",)"
      R"("clinicalStatus":{"coding":[{"code":"active"}]},"code":{"coding":[)" +
          kSaddle + "]}}\n");
  options.sample = root_ / "sample";
  EXPECT_TRUE(run()) << errors;
  EXPECT_THAT(said, AllOf(HasSubstr("Sample: 2 charts, 0 refused"),
                          testing::ContainsRegex("saddle-anaesthesia +1 +0 +1\n")));
}

TEST_F(Doctor, SaysWhatAnEhrNeverTellsAndWhichPathwaysThatTouches) {
  write("capability.json", statement({"Patient:read:", "Encounter:read:"}));
  EXPECT_FALSE(run()) << "conditions are required";
  EXPECT_THAT(
      said, AllOf(HasSubstr("server  Made up 7, FHIR 4.0.1, 2 types"),
                  testing::ContainsRegex("conditions +search Condition +not served +REQUIRED: calls are "
                                         "answered 412; the server has no Condition"),
                  HasSubstr("This EHR never tells of: "),
                  testing::ContainsRegex("  anticoagulation +spinal-haematoma\n    would be in: Condition, "),
                  testing::ContainsRegex("  cauda-equina +[0-9]+ of [0-9]+\n")));
}

TEST_F(Doctor, TakesNoServerOfAnotherFhir) {
  string other = statement(everything());
  other.replace(other.find("4.0.1"), 5, "3.0.2");
  write("capability.json", other);
  EXPECT_FALSE(run());
  EXPECT_THAT(said, AllOf(HasSubstr("FHIR 3.0.2"), HasSubstr("Plumbline asks in FHIR R4 (4.0.1)")));
}

TEST_F(Doctor, NamesWhatItCannotRead) {
  options.capability = root_ / "nowhere.json";
  EXPECT_FALSE(run());
  EXPECT_THAT(errors, HasSubstr("nowhere.json: cannot be read"));
  write("capability.json", chart("canary-1", kSaddle));
  options.capability = root_ / "capability.json";
  EXPECT_FALSE(run());
  EXPECT_THAT(errors, HasSubstr("is no CapabilityStatement"));
  options.capability.clear();
  options.sample = root_ / "nothing";
  EXPECT_FALSE(run());
  EXPECT_THAT(errors, HasSubstr("holds no chart that can be read"));
  EXPECT_EQ(said, "");
}

TEST_F(Doctor, ConnectsToNoPlaceThatTheConfigurationDoesNotPermit) {
  options.capability.clear();
  for (const auto& [url, why] : {std::pair<string, string>{"http://fhir.example/r4", "http"},
                                 {"https://127.0.0.1/fhir", "this machine"},
                                 {"https://localhost/fhir", "this machine"},
                                 {"https://u:p@fhir.example", ""},
                                 {"ftp://a", ""},
                                 {"https://169.254.169.254", "no address that may be connected to"}}) {
    options.url = url;
    EXPECT_FALSE(run()) << url;
    EXPECT_THAT(errors, AllOf(HasSubstr(url + ": "), HasSubstr(why))) << url;
    EXPECT_EQ(said, "");
  }
}

TEST_F(Doctor, TakesOptionsThatGoTogether) {
  EXPECT_EQ(problemOf(options), "");
  options.url = "https://fhir.example";
  EXPECT_THAT(problemOf(options), HasSubstr("not both"));
  EXPECT_THAT(problemOf({}), HasSubstr("needs"));
  options = {};
  options.scopes = "";
  EXPECT_EQ(problemOf(options), "") << "nothing was granted";
  options.profile = "nobody";
  EXPECT_THAT(problemOf(options), AllOf(HasSubstr("no profile nobody"), HasSubstr("epic, ")));
  options.profile = "epic";
  options.format = "html";
  EXPECT_THAT(problemOf(options), HasSubstr("--format"));
}

}  // namespace
}  // namespace plumbline::doctor
