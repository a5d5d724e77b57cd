// Whose a resource is, which of several is meant, and whether all there is was read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fhir/record.h"
#include "tests/fhir/reading.h"

namespace plumbline::fhir {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

/// A Condition that begins with these members.
std::string conditionWith(const std::string& members) {
  return R"({"resourceType":"Condition","id":"c","code":{"text":"Backache"})" + members + "}";
}

TEST_F(Record, TakesNoSubjectThatCannotBeReadForThePatient) {
  for (const char* subject :
       {R"([{"reference":"Patient/other"}])", R"("Patient/other")", R"("Patient/p1")", "7", "true", "{}",
        R"({"reference":7})", R"({"reference":""})", R"({"reference":null,"display":"Somebody"})",
        R"({"identifier":{"value":"x"}})", R"({"display":"Somebody"})"}) {
    for (const char* element : {"subject", "patient"}) {
      const auto record =
          read({{"conditions", conditionWith(std::string(",\"") + element + "\":" + subject)}});
      ASSERT_TRUE(record) << subject;
      EXPECT_THAT(record->conditions, IsEmpty()) << element << subject;
      EXPECT_THAT(record->unreadable, ElementsAre(Field(&Unreadable::what, "Condition"))) << subject;
    }
  }
  const auto without = read({{"conditions", conditionWith(R"(,"subject":null)")}});
  ASSERT_TRUE(without);
  EXPECT_THAT(without->conditions, SizeIs(1));
}

TEST_F(Record, LeavesOutWhatFhirAllowsAsAnotherSubjectAndKeepsAllElseUnreadable) {
  for (const char* type :
       {"Group", "Device", "Location", "Practitioner", "PractitionerRole", "Organization", "Medication",
        "Substance", "Specimen", "RelatedPerson", "Procedure", "HealthcareService"}) {
    const auto record = read({{"conditions", condition(std::string(type) + "/1")}});
    ASSERT_TRUE(record) << type;
    EXPECT_THAT(record->conditions, IsEmpty()) << type;
    EXPECT_THAT(record->unreadable, IsEmpty()) << type;
  }
  for (const char* type : {"Observation", "Condition", "Person", "Patients", "Encounter", "Nonsense"}) {
    const auto record = read({{"conditions", condition(std::string(type) + "/p1")}});
    ASSERT_TRUE(record) << type;
    EXPECT_THAT(record->conditions, IsEmpty()) << type;
    EXPECT_THAT(record->unreadable, SizeIs(1)) << type;
  }
}

TEST_F(Record, RefusesAResourceThatIsThePatientsByOneElementAndAnothersByTheOther) {
  const char* const ours = R"({"reference":"Patient/p1"})";
  const char* const other = R"({"reference":"Patient/p2"})";
  for (const auto& [subject, patient] : {std::pair{ours, other}, {other, ours}, {"7", other}, {other, "7"}}) {
    const auto record = read(
        {{"conditions", conditionWith(std::string(",\"subject\":") + subject + ",\"patient\":" + patient)}});
    ASSERT_FALSE(record) << subject << patient;
    EXPECT_EQ(record.error().kind, Error::Kind::OtherPatient);
  }
}

TEST_F(Record, RefusesAResourceOfWhoseTwoSubjectsOneIsAnother) {
  const std::string many = R"(,"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1)"
                           R"(,"n":1,"o":1,"p":1,"q":1,"r":1,"s":1,"t":1,"u":1,"v":1,"w":1,"x":1,"y":1)";
  const std::string ours = R"(,"subject":{"reference":"Patient/p1"})";
  const std::string other = R"(,"subject":{"reference":"Patient/p2"})";
  for (const std::string& members : {ours + other, other + ours, ours + many + other, many + other + ours})
    EXPECT_FALSE(read({{"conditions", conditionWith(members)}})) << members;
  EXPECT_TRUE(read({{"conditions", conditionWith(many + ours + ours)}}));
}

TEST_F(Record, RefusesAnAppointmentOfOtherPatientsAloneAndTakesOneOfAGroup) {
  const auto appointment = [](const std::string& actors) {
    return R"({"resourceType":"Appointment","id":"a","participant":[)" + actors + "]}";
  };
  const std::string ours = R"({"actor":{"reference":"Patient/p1"}})";
  const std::string other = R"({"actor":{"reference":"Patient/p2"}})";
  const std::string doctor = R"({"actor":{"reference":"Practitioner/d"}},{"actor":{"display":"Dr X"}},{})";
  EXPECT_FALSE(read({{"appointments", appointment(doctor + "," + other)}}));
  for (const std::string& actors : {doctor, ours, other + "," + ours, doctor + "," + ours}) {
    const auto record = read({{"appointments", appointment(actors)}});
    ASSERT_TRUE(record) << actors;
    EXPECT_THAT(record->appointments, SizeIs(1)) << actors;
  }
}

TEST_F(Record, TakesForDeadOnlyWhoseDeathIsSaidOrDated) {
  const auto deceased = [this](const std::string& more) {
    const auto record = read({{"patient", R"({"resourceType":"Patient","id":"p1")" + more + "}"}});
    EXPECT_TRUE(record) << more;
    return record->patient->deceased;
  };
  for (const char* alive :
       {"", R"(,"deceasedDateTime":null)", R"(,"deceasedDateTime":"")", R"(,"deceasedDateTime":"unknown")",
        R"(,"deceasedDateTime":[])", R"(,"deceasedBoolean":false)", R"(,"deceasedBoolean":"true")"}) {
    EXPECT_FALSE(deceased(alive)) << alive;
  }
  EXPECT_TRUE(deceased(R"(,"deceasedDateTime":"2024")"));
  EXPECT_TRUE(deceased(R"(,"deceasedBoolean":true)"));
}

TEST_F(Record, ReadsPatientsOfOneIdTogetherInAnyOrder) {
  const std::string older =
      R"({"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1981-03-09"})";
  const std::string child = R"({"resourceType":"Patient","id":"p1","gender":"male","birthDate":"2022",)"
                            R"("deceasedBoolean":true})";
  const std::string bare = R"({"resourceType":"Patient","id":"p1"})";
  for (const auto& order : std::vector<std::vector<std::string>>{
           {older, child, bare}, {child, older, bare}, {bare, child, older}, {older, child, older}}) {
    std::vector<std::pair<std::string, std::string>> prefetch;
    for (const auto& each : order) prefetch.emplace_back("k" + std::to_string(prefetch.size()), each);
    const auto record = read(prefetch);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->patient->birthDate->earliest, parseDate("1981-03-09")->earliest);
    EXPECT_EQ(record->patient->birthDate->latest, parseDate("2022")->latest);
    EXPECT_EQ(record->patient->gender, "unknown");
    EXPECT_FALSE(record->patient->deceased);
    ASSERT_FALSE(record->unreadable.empty());
    EXPECT_EQ(record->unreadable.front().what, "Patient");
  }
  const auto same = read({{"patient", older}, {"a", older}, {"b", bare}});
  ASSERT_TRUE(same);
  EXPECT_THAT(same->unreadable, IsEmpty());
  EXPECT_EQ(same->patient->birthDate, parseDate("1981-03-09"));
}

TEST_F(Record, FollowsNoReferenceToTwoResourcesThatDiffer) {
  const std::string order = R"({"resourceType":"MedicationRequest","id":"m","status":"active",)"
                            R"("medicationReference":{"reference":"Medication/m1"}})";
  const std::string one = R"({"resourceType":"Medication","id":"m1","code":{"text":"apixaban"}})";
  const std::string same = R"({"id":"m1","code":{"text":"apixaban"},"resourceType":"Medication"})";
  const std::string other = R"({"resourceType":"Medication","id":"m1","code":{"text":"paracetamol"}})";
  for (const auto& [a, b] : {std::pair{one, other}, {other, one}}) {
    const auto record = read({{"medications", "[" + order + "," + a + "," + b + "]"}});
    ASSERT_TRUE(record);
    EXPECT_TRUE(record->medications.at(0).medication.empty());
    EXPECT_THAT(record->unreadable, ElementsAre(Field(&Unreadable::what, "MedicationRequest")));
  }
  const auto twice = read({{"medications", "[" + one + "," + order + "," + same + "]"}});
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->medications.at(0).medication.text, "apixaban");
  EXPECT_THAT(twice->unreadable, IsEmpty());
}

TEST_F(Record, ReadsBundlesInABundleUnderTheirKeyForThePatientAlone) {
  const std::string nested =
      bundle(R"({"resource":)" + bundle(R"({"resource":)" + condition("Patient/p1") + "}") + "}");
  for (const std::string& value : {nested, "[" + nested + "]"}) {
    const auto record = read({{"conditions", value}});
    ASSERT_TRUE(record);
    EXPECT_THAT(record->conditions, SizeIs(1));
  }
  const auto others =
      read({{"conditions", bundle(R"({"resource":)" + condition("Patient/p1") + R"(},{"resource":)" +
                                  bundle(R"({"resource":)" + condition("Patient/p2") + "}") + "}")}});
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().where, "prefetch.conditions[1]");
  const auto unread =
      read({{"conditions", bundle(R"({"resource":)" + bundle("", R"(,"link":{"relation":"next"})") + "}")}});
  ASSERT_TRUE(unread);
  EXPECT_EQ(unread->of("conditions"), Coverage::Partial);
}

TEST_F(Record, CountsASearchAsReadInPartWhenItHasFewerMatchesThanItSays) {
  const std::string match = R"({"resource":)" + condition("Patient/p1") + "}";
  const std::string included =
      R"({"resource":{"resourceType":"Organization","id":"o"},"search":{"mode":"include"}})";
  const auto coverage = [this](const std::string& entries, const std::string& total) {
    const auto record = read({{"k", bundle(entries, ",\"total\":" + total)}});
    EXPECT_TRUE(record);
    return record->of("k");
  };
  EXPECT_EQ(coverage(match, "1"), Coverage::Supplied);
  EXPECT_EQ(coverage(match + "," + included, "1"), Coverage::Supplied);
  EXPECT_EQ(coverage("", "0"), Coverage::Supplied);
  EXPECT_EQ(coverage(match, "\"?\""), Coverage::Supplied);
  EXPECT_EQ(coverage("", "500"), Coverage::Partial);
  EXPECT_EQ(coverage(match, "2"), Coverage::Partial);
  EXPECT_EQ(coverage(match + "," + included, "2"), Coverage::Partial);
}

TEST_F(Record, ReadsTheSeveralPagesOfASearchAsOne) {
  const auto match = [](const std::string& id) {
    return R"({"resource":{"resourceType":"Observation","id":")" + id + R"(","code":{"text":"x"}}})";
  };
  const auto coverage = [&](const std::vector<std::string>& pages) {
    std::vector<JsonDocument> documents;
    std::vector<Json> roots;
    for (const auto& each : pages) {
      documents.push_back(*JsonDocument::parse(each));
      roots.push_back(documents.back().root());
    }
    RecordReader reader("p1");
    reader.addPages("k", roots);
    const auto record = reader.build();
    EXPECT_TRUE(record);
    return record->of("k");
  };
  const std::string next = R"(,"link":[{"relation":"next","url":"x"}])";
  const std::string first = bundle(match("a"), next + ",\"total\":2");
  EXPECT_EQ(coverage({first}), Coverage::Partial);
  EXPECT_EQ(coverage({first, bundle(match("b"), ",\"total\":2")}), Coverage::Supplied);
  EXPECT_EQ(coverage({first, bundle(match("b"), next + ",\"total\":2")}), Coverage::Partial);
  EXPECT_EQ(coverage({first, bundle(match("b"), ",\"total\":3")}), Coverage::Partial);
  EXPECT_EQ(coverage({first, bundle(match("a"), ",\"total\":2")}), Coverage::Partial)
      << "shown twice, so that another was not shown";
  EXPECT_EQ(coverage({first, bundle("{}", ",\"total\":1")}), Coverage::Partial);
}

TEST_F(Record, NamesThePlaceOfAnotherPatientsResourceAcrossPages) {
  const auto one = JsonDocument::parse(bundle(R"({"resource":)" + condition("Patient/p1") + "}"));
  const auto two = JsonDocument::parse(bundle(R"({"resource":)" + condition("Patient/p2") + "}"));
  RecordReader reader("p1");
  reader.addPages("conditions", {one->root(), two->root()});
  const auto record = reader.build();
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().where, "prefetch.conditions[1]");
}

TEST_F(Record, CountsEntriesWithoutTheirResourceAsLostUnlessTheyWereAnswered) {
  const std::string whole = R"({"resource":)" + condition("Patient/p1") + "}";
  const auto coverage = [this](const std::string& entries) {
    const auto record = read({{"k", bundle(entries)}});
    EXPECT_TRUE(record);
    return record->of("k");
  };
  EXPECT_EQ(coverage(whole + R"(,{"response":{"status":"204 No Content"}})"), Coverage::Supplied);
  EXPECT_EQ(coverage(whole + R"(,{"response":{"status":"500"}})"), Coverage::Partial);
  EXPECT_EQ(coverage(whole + R"(,{"fullUrl":"urn:uuid:1"})"), Coverage::Partial);
  EXPECT_EQ(coverage(whole + R"(,{"resource":null})"), Coverage::Partial);
  EXPECT_EQ(coverage(R"({"response":{"status":"404 Not Found"}},{"response":{"status":"500"}})"),
            Coverage::Failed);
  EXPECT_EQ(coverage(R"("x")"), Coverage::Failed);
}

TEST_F(Record, CountsASearchAsReadInPartWhenAWarningSaysThatItIsIncomplete) {
  for (const auto& [code, expected] : {std::pair{"incomplete", Coverage::Partial},
                                       {"too-costly", Coverage::Partial},
                                       {"throttled", Coverage::Partial},
                                       {"timeout", Coverage::Partial},
                                       {"suppressed", Coverage::Partial},
                                       {"forbidden", Coverage::Partial},
                                       {"informational", Coverage::Supplied},
                                       {"processing", Coverage::Supplied}}) {
    const std::string outcome =
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"success"},)"
        R"({"severity":"warning","code":")" +
        std::string(code) + "\"}]}";
    const auto record = read({{"k", bundle(R"({"resource":)" + outcome + "}")}});
    ASSERT_TRUE(record);
    EXPECT_EQ(record->of("k"), expected) << code;
  }
}

}  // namespace
}  // namespace plumbline::fhir
