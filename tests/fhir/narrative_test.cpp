#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir/record.h"
#include "tests/fhir/reading.h"

namespace plumbline::fhir {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(Record, ReadsADocumentWithItsAttachmentsInOrder) {
  const auto record = read({{"notes", R"({"resourceType":"DocumentReference","id":"d","status":"current",
    "docStatus":"final","subject":{"reference":"Patient/p1"},"type":{"text":"Progress note"},
    "category":[{"coding":[{"system":"http://loinc.org","code":"11506-3"}]}],"date":"2026-01-05T08:00:00Z",
    "description":"Review in clinic","context":{"period":{"start":"2026-01-02","end":"2026-01-03"}},
    "content":[{"attachment":{"contentType":"text/html; charset=utf-8","data":"PGI+","title":"Note","size":3,
                              "creation":"2026-01-04"}},
               {"attachment":{"contentType":"application/pdf","url":"Binary/9"}}]})"}});
  ASSERT_TRUE(record);
  const DocumentReference& document = record->documents.at(0);
  EXPECT_EQ(document.status, "current");
  EXPECT_EQ(document.docStatus, "final");
  EXPECT_EQ(document.type.text, "Progress note");
  EXPECT_EQ(document.categories.at(0).coding.at(0).code, "11506-3");
  EXPECT_EQ(document.date, parseDate("2026-01-05T08:00:00Z"));
  EXPECT_EQ(document.period->earliest, parseDate("2026-01-02")->earliest);
  EXPECT_EQ(document.period->latest, parseDate("2026-01-03")->latest);
  EXPECT_EQ(document.description, "Review in clinic");
  ASSERT_THAT(document.attachments, SizeIs(2));
  const Attachment& first = document.attachments[0];
  EXPECT_EQ(first.contentType, "text/html; charset=utf-8");
  EXPECT_EQ(first.data, "PGI+");
  EXPECT_EQ(first.title, "Note");
  EXPECT_EQ(first.size, 3U);
  EXPECT_EQ(first.creation, parseDate("2026-01-04"));
  EXPECT_EQ(document.attachments[1].url, "Binary/9");
  EXPECT_EQ(document.attachments[1].data, "");
}

TEST_F(Record, ReadsADocumentInItsOlderSpellings) {
  const auto record = read({{"notes", R"({"resourceType":"DocumentReference","status":"current",
    "docStatus":{"coding":[{"code":"preliminary"}]},"class":{"text":"Letter"},"indexed":"2019-03-01T00:00:00Z",
    "content":{"attachment":{"data":"QQ=="}}})"}});
  ASSERT_TRUE(record);
  const DocumentReference& document = record->documents.at(0);
  EXPECT_EQ(document.docStatus, "preliminary");
  EXPECT_THAT(document.categories, ElementsAre(Field(&CodeableConcept::text, "Letter")));
  EXPECT_EQ(document.date, parseDate("2019-03-01T00:00:00Z"));
  EXPECT_THAT(document.attachments, ElementsAre(Field(&Attachment::data, "QQ==")));
}

TEST_F(Record, KeepsAnAttachmentThatIsMissingOrMistypedAsAnEmptyOne) {
  const auto record = read({{"notes", R"({"resourceType":"DocumentReference","docStatus":7,"context":[],
    "content":[{},{"attachment":"text"},{"attachment":{"data":[],"size":-1,"contentType":5}}]})"}});
  ASSERT_TRUE(record);
  const DocumentReference& document = record->documents.at(0);
  ASSERT_THAT(document.attachments, SizeIs(3));
  for (const Attachment& each : document.attachments) {
    EXPECT_EQ(each.data, "");
    EXPECT_EQ(each.contentType, "");
    EXPECT_FALSE(each.size);
  }
}

TEST_F(Record, ReadsAClinicalImpression) {
  const auto record = read({{"x", R"({"resourceType":"ClinicalImpression","id":"i","status":"completed",
    "subject":{"reference":"Patient/p1"},"effectivePeriod":{"start":"2026-01-02"},"date":"2026-01-09",
    "description":"Seen after a fall","summary":"Tender over L1","note":[{"text":"Walks unaided"},{"text":3}],
    "finding":[{"itemCodeableConcept":{"text":"Midline tenderness"}},{"itemReference":{"reference":"Condition/c"}},
               {"item":{"text":"Bruise"}}]})"}});
  ASSERT_TRUE(record);
  const ClinicalImpression& impression = record->impressions.at(0);
  EXPECT_EQ(impression.source.id, "i");
  EXPECT_EQ(impression.status, "completed");
  EXPECT_EQ(impression.effective, parseDate("2026-01-02"));
  EXPECT_EQ(impression.description, "Seen after a fall");
  EXPECT_EQ(impression.summary, "Tender over L1");
  EXPECT_THAT(impression.notes, ElementsAre("Walks unaided"));
  EXPECT_THAT(impression.findings, ElementsAre(Field(&CodeableConcept::text, "Midline tenderness"),
                                               Field(&CodeableConcept::text, "Bruise")));
}

TEST_F(Record, DatesAClinicalImpressionByWhenItWasMadeWhereNothingElseIsSaid) {
  const auto record = read({{"x", R"({"resourceType":"ClinicalImpression","date":"2026-01-09"})"}});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->impressions.at(0).effective, parseDate("2026-01-09"));
}

TEST_F(Record, HoldsClinicalImpressionsToTheOnePatient) {
  const auto impression = [](const std::string& subject) {
    return R"({"resourceType":"ClinicalImpression","subject":)" + subject + "}";
  };
  EXPECT_FALSE(read({{"x", impression(R"({"reference":"Patient/other"})")}}));
  const auto group = read({{"x", impression(R"({"reference":"Group/g"})")}});
  ASSERT_TRUE(group);
  EXPECT_THAT(group->impressions, IsEmpty());
  EXPECT_THAT(group->unreadable, IsEmpty());
  const auto nobody = read({{"x", impression("[]")}});
  ASSERT_TRUE(nobody);
  EXPECT_THAT(nobody->impressions, IsEmpty());
  EXPECT_THAT(nobody->unreadable, ElementsAre(Unreadable{"ClinicalImpression", "prefetch.x[0]"}));
}

TEST_F(Record, ReadsWhatAReportConcludes) {
  const auto record = read({{"reports", R"({"resourceType":"DiagnosticReport","status":"final",
    "code":{"text":"MRI lumbar spine"},"conclusion":"No compression of the roots",
    "conclusionCode":[{"text":"Normal"}],"codedDiagnosis":[{"text":"Degenerative change"}],
    "presentedForm":[{"contentType":"text/plain","data":"QQ=="}]})"}});
  ASSERT_TRUE(record);
  const DiagnosticReport& report = record->reports.at(0);
  EXPECT_EQ(report.conclusion, "No compression of the roots");
  EXPECT_THAT(report.conclusionCodes, ElementsAre(Field(&CodeableConcept::text, "Normal"),
                                                  Field(&CodeableConcept::text, "Degenerative change")));
  EXPECT_THAT(report.attachments, ElementsAre(Field(&Attachment::data, "QQ==")));
}

TEST_F(Record, ReadsTheNotesOfConditionsObservationsAndOrders) {
  const auto record = read({{"x", R"([
    {"resourceType":"Condition","code":{"text":"Backache"},"note":[{"text":"Since the fall"},{"text":"Eases"}]},
    {"resourceType":"Observation","code":{"text":"Gait"},"note":{"text":"Steady"},"comment":"Seen twice"},
    {"resourceType":"ServiceRequest","code":{"text":"MRI"},"note":[{"text":"New numbness"}]}])"}});
  ASSERT_TRUE(record);
  EXPECT_THAT(record->conditions.at(0).notes, ElementsAre("Since the fall", "Eases"));
  EXPECT_THAT(record->observations.at(0).notes, ElementsAre("Steady", "Seen twice"));
  EXPECT_THAT(record->orders.at(0).notes, ElementsAre("New numbness"));
}

}  // namespace
}  // namespace plumbline::fhir
