#include "fhir/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/fhir/reading.h"

namespace plumbline::fhir {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(Record, TakesThePatientsResourcesHoweverTheyPointAtThePatient) {
  for (const char* subject :
       {"Patient/p1", "https://ehr.example/fhir/Patient/p1", "Patient/p1/_history/2", "p1", "urn:uuid:p1"}) {
    const auto record = read({{"conditions", bundle(R"({"resource":)" + condition(subject) + "}")}});
    ASSERT_TRUE(record) << subject;
    EXPECT_THAT(record->conditions, SizeIs(1)) << subject;
    EXPECT_THAT(record->unreadable, IsEmpty()) << subject;
  }
}

TEST_F(Record, ResolvesASubjectThatIsAFullUrlOfTheBundle) {
  const auto record = read(
      {{"conditions", bundle(R"({"fullUrl":"urn:uuid:77","resource":{"resourceType":"Patient","id":"p1"}},)"
                             R"({"resource":)" +
                             condition("urn:uuid:77") + "}")}});
  ASSERT_TRUE(record);
  EXPECT_THAT(record->conditions, SizeIs(1));
}

TEST_F(Record, RefusesTheWholeRequestForAnotherPatientsResourceNamingKeyAndIndexOnly) {
  const auto record = read({{"conditions", bundle(R"({"resource":)" + condition("Patient/p1") +
                                                  R"(},{"resource":)" + condition("Patient/secret") + "}")}});
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().kind, Error::Kind::OtherPatient);
  EXPECT_EQ(record.error().where, "prefetch.conditions[1]");
  EXPECT_EQ(record.error().detail.find("secret"), std::string::npos);
}

TEST_F(Record, RefusesAnotherPatientsRecordUnderAnyKeyAndOfAnyType) {
  EXPECT_FALSE(read({{"patient", R"({"resourceType":"Patient","id":"other"})"}}));
  EXPECT_FALSE(read({{"x", R"({"resourceType":"ImagingStudy","subject":{"reference":"Patient/other"}})"}}));
  EXPECT_FALSE(
      read({{"x", R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/other"}})"}}));
}

TEST_F(Record, TakesAMissingSubjectAndLeavesOutGroupsAndKeepsTheUnresolvableVisible) {
  const auto record =
      read({{"conditions",
             bundle(R"({"resource":{"resourceType":"Condition","code":{"text":"a"}}},{"resource":)" +
                    condition("Group/g") + R"(},{"resource":)" + condition("urn:uuid:unknown") + "}")}});
  ASSERT_TRUE(record);
  EXPECT_THAT(record->conditions, SizeIs(1));
  EXPECT_THAT(record->unreadable, ElementsAre(Field(&Unreadable::where, "prefetch.conditions[2]")));
}

TEST_F(Record, ReadsAQuantityOnlyWithAComparatorOfFhir) {
  const auto quantity = [this](const std::string& more) {
    const auto record =
        read({{"o", R"({"resourceType":"Observation","code":{"text":"CRP"},"valueQuantity":{"value":5)" +
                        more + "}}"}});
    EXPECT_TRUE(record);
    return record->observations.at(0).main.value;
  };
  for (const char* known : {"<", "<=", ">", ">="}) {
    const Value value = quantity(R"(,"comparator":")" + std::string(known) + "\"");
    EXPECT_EQ(value.quantity->comparator, known);
  }
  for (const char* odd : {R"("<<")", R"("ad")", R"("")", R"("> [link]")", "7", "[]"}) {
    const Value value = quantity(std::string(",\"comparator\":") + odd);
    EXPECT_FALSE(value.quantity) << odd;
    EXPECT_TRUE(value.unreadable) << odd;
  }
}

TEST_F(Record, TakesThePrintedUnitWhereTheCodeIsNotOfUcum) {
  const auto units = [this](const std::string& more) {
    const auto record =
        read({{"o", R"({"resourceType":"Observation","code":{"text":"T"},"valueQuantity":{"value":39)" +
                        more + "}}"}});
    EXPECT_TRUE(record);
    const Quantity quantity = *record->observations.at(0).main.value.quantity;
    return std::pair(std::string(quantity.unit), std::string(quantity.printedUnit));
  };
  using Units = std::pair<std::string, std::string>;
  EXPECT_EQ(units(R"(,"unit":"C","code":"Cel","system":"http://unitsofmeasure.org")"), Units("Cel", "C"));
  EXPECT_EQ(units(R"(,"unit":"C","code":"Cel")"), Units("Cel", "C"));
  EXPECT_EQ(units(R"(,"unit":"C","code":"258710007","system":"http://snomed.info/sct")"), Units("C", ""));
  EXPECT_EQ(units(R"(,"code":"Cel","system":"urn:local")"), Units("Cel", ""));
  EXPECT_EQ(units(R"(,"unit":"C")"), Units("C", ""));
}

TEST_F(Record, TellsWholeMissingPartialAndFailedKeysApart) {
  const auto record =
      read({{"a", "null"},
            {"b", bundle("")},
            {"c", bundle("", R"(,"link":[{"relation":"next","url":"https://ehr/page2"}])")},
            {"d", R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden"}]})"},
            {"e", bundle(R"({"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome",)"
                         R"("issue":[{"severity":"warning","code":"processing"}]}})")},
            {"f", R"({"no":"resource"})"},
            {"g", "7"}});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->of("a"), Coverage::Supplied);
  EXPECT_EQ(record->of("b"), Coverage::Supplied);
  EXPECT_EQ(record->of("c"), Coverage::Partial);
  EXPECT_EQ(record->of("d"), Coverage::Failed);
  EXPECT_EQ(record->of("e"), Coverage::Supplied);
  EXPECT_EQ(record->of("f"), Coverage::Failed);
  EXPECT_EQ(record->of("g"), Coverage::Failed);
  EXPECT_EQ(record->of("h"), Coverage::Missing);
}

TEST_F(Record, KeepsWhatItCannotReadAsUnreadableInsteadOfDroppingIt) {
  const auto record =
      read({{"observations", bundle(R"({"resource":{"resourceType":"Observation","status":"final"}},)"
                                    R"({"resource":{"noType":1}})")}});
  ASSERT_TRUE(record);
  EXPECT_THAT(record->unreadable, SizeIs(2));
}

TEST_F(Record, ReadsConditionStatusesInTheirR4AndOlderForms) {
  const auto record = read(
      {{"conditions",
        bundle(R"({"resource":)" +
               condition("Patient/p1",
                         R"(,"clinicalStatus":{"coding":[{"code":"resolved"}]},"onsetDateTime":"2024-05")"
                         R"(,"recordedDate":"2024-06-01","abatementDateTime":"2024-07-01")") +
               R"(},{"resource":)" +
               condition("Patient/p1", R"(,"clinicalStatus":"active","assertedDate":"2023-01-01")") + "}")}});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->conditions[0].clinicalStatus, "resolved");
  EXPECT_EQ(record->conditions[0].onset, parseDate("2024-05"));
  EXPECT_EQ(record->conditions[0].abatement, parseDate("2024-07-01"));
  EXPECT_EQ(record->conditions[1].clinicalStatus, "active");
  EXPECT_EQ(record->conditions[1].recorded, parseDate("2023-01-01"));
}

TEST_F(Record, ReadsObservationValuesComponentsAndWhyThereIsNone) {
  const auto record = read({{"observations", R"({"resourceType":"Observation","status":"final",
    "category":{"text":"one object, no array"},
    "code":{"coding":[{"system":"urn:oid:2.16.840.1.113883.6.1","code":"85354-9"}]},
    "effectivePeriod":{"start":"2024-05-01","end":"2024-05-02"},
    "dataAbsentReason":{"coding":[{"code":"not-performed"}]},
    "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},
                  "valueQuantity":{"value":88,"unit":"mmHg","code":"mm[Hg]"}},
                 {"code":{"text":"x"},"valueQuantity":{"value":"88"}}]})"}});
  ASSERT_TRUE(record);
  const Observation& seen = record->observations.at(0);
  EXPECT_EQ(seen.main.code.coding.at(0).system, "http://loinc.org");
  EXPECT_EQ(seen.main.dataAbsentReason.coding.at(0).code, "not-performed");
  EXPECT_EQ(seen.effective->earliest, parseDate("2024-05-01")->earliest);
  EXPECT_EQ(seen.effective->latest, parseDate("2024-05-02")->latest);
  ASSERT_THAT(seen.components, SizeIs(2));
  EXPECT_EQ(seen.components[0].value.quantity->value, 88);
  EXPECT_EQ(seen.components[0].value.quantity->unit, "mm[Hg]");
  EXPECT_TRUE(seen.components[1].value.unreadable) << "a number sent as text is not guessed at";
}

TEST_F(Record, ResolvesAMedicationInlineContainedOrInASiblingOfAnyKey) {
  const std::string code =
      R"("code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"8640"}]})";
  const auto record =
      read({{"medications",
             bundle(R"({"resource":{"resourceType":"MedicationRequest","status":"active","contained":[)"
                    R"({"resourceType":"Medication","id":"m",)" +
                    code +
                    R"(}],"medicationReference":)"
                    R"({"reference":"#m"}}},{"resource":{"resourceType":"MedicationStatement",)"
                    R"("status":"active","medicationReference":{"reference":"Medication/m2"}}})")},
            {"extra", R"({"resourceType":"Medication","id":"m2",)" + code + "}"}});
  ASSERT_TRUE(record);
  ASSERT_THAT(record->medications, SizeIs(2));
  for (const auto& use : record->medications) EXPECT_EQ(use.medication.coding.at(0).code, "8640");
}

TEST_F(Record, FlattensNestedQuestionnaireItems) {
  const auto record = read({{"responses", R"({"resourceType":"QuestionnaireResponse","status":"completed",
    "item":[{"linkId":"g","item":[{"linkId":"q1","text":"Numbness?","answer":[{"valueBoolean":false}]}]},
            {"linkId":"q2","answer":[{"valueCoding":{"system":"http://snomed.info/sct","code":"373066001"}}]}]})"}});
  ASSERT_TRUE(record);
  const auto& answers = record->responses.at(0).answers;
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_EQ(answers[1].values.at(0).boolean, false);
  EXPECT_EQ(answers[2].values.at(0).concept_.coding.at(0).code, "373066001");
}

TEST_F(Record, SurvivesResourcesWhoseElementsHaveTheWrongType) {
  const auto record = read({{"x", R"([{"resourceType":"Condition","code":7,"onsetDateTime":true,"subject":[]},
    {"resourceType":"Observation","code":[[]],"component":3,"valueQuantity":[]},
    {"resourceType":"QuestionnaireResponse","item":"no"},{"resourceType":"Encounter","class":3,"period":1},
    {"resourceType":"MedicationRequest","medicationReference":{"reference":"#none"}}])"}});
  ASSERT_TRUE(record);
  EXPECT_THAT(record->unreadable, SizeIs(3));
}

TEST_F(Record, DatesAConditionOfTheHooksContextNow) {
  const auto document = JsonDocument::parse(R"({"resourceType":"Condition","id":"n","code":{"text":"F45"}})");
  const Instant now = parseDate("2026-01-02")->earliest;
  RecordReader reader("p1");
  reader.addContext(document->root(), {0, "", true, true}, now);
  const auto record = reader.build();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->conditions.at(0).recorded->earliest, now);
}

}  // namespace
}  // namespace plumbline::fhir
