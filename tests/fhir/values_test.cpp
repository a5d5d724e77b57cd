// Quantities, code systems and references: the small values every resource is made of.
#include <gtest/gtest.h>

#include "fhir/code_system.h"
#include "fhir/quantity.h"
#include "fhir/reference.h"

namespace plumbline::fhir {
namespace {

TEST(Quantity, ConvertsWhatTheFindingsMeasure) {
  EXPECT_NEAR(*convert(100.4, "[degF]", "Cel"), 38.0, 1e-9);
  EXPECT_NEAR(*convert(38.0, "Cel", "[degF]"), 100.4, 1e-9);
  EXPECT_DOUBLE_EQ(*convert(2, "mg/dL", "mg/L"), 20);
  EXPECT_DOUBLE_EQ(*convert(0.2, "L", "mL"), 200);
  EXPECT_NEAR(*convert(220.462262, "lb", "kg"), 100, 1e-6);
  EXPECT_DOUBLE_EQ(*convert(12.1, "10*3/uL", "10*9/L"), 12.1);
  EXPECT_DOUBLE_EQ(*convert(12000, "/uL", "10*9/L"), 12);
}

TEST(Quantity, LeavesAValueInItsOwnUnitUntouched) {
  EXPECT_EQ(*convert(38.0, "Cel", "Cel"), 38.0);
}

TEST(Quantity, NeverGuessesAUnit) {
  EXPECT_FALSE(convert(101, "", "Cel"));
  EXPECT_FALSE(convert(101, "furlong", "Cel"));
  EXPECT_FALSE(convert(20, "mmol/L", "mg/L")) << "needs a molar mass";
  EXPECT_FALSE(convert(20, "Mg/L", "mg/L")) << "megagrams";
  EXPECT_FALSE(convert(20, "mL", "kg"));
}

TEST(CodeSystem, KnowsASystemByEachOfItsNames) {
  EXPECT_EQ(canonicalSystem("urn:oid:2.16.840.1.113883.6.96"), kSnomed);
  EXPECT_EQ(canonicalSystem("URN:OID:2.16.840.1.113883.6.90"), kIcd10cm);
  EXPECT_EQ(canonicalSystem("http://loinc.org/"), kLoinc);
  EXPECT_EQ(canonicalSystem("http://SNOMED.info/sct"), kSnomed);
  EXPECT_EQ(canonicalSystem("2.16.840.1.113883.6.88"), kRxNorm);
  EXPECT_EQ(canonicalSystem("urn:oid:2.16.840.1.113883.6.8"), kUcum);
  EXPECT_EQ(canonicalSystem("urn:local"), "urn:local");
}

TEST(CodeSystem, ComparesIcdCodesWithoutDotOrCase) {
  EXPECT_EQ(canonicalCode(kIcd10cm, " g83.4 "), "G834");
  EXPECT_EQ(canonicalCode(kLoinc, "8310-5"), "8310-5");
  EXPECT_EQ(canonicalCode(kSnomed, "  "), "");
}

TEST(Reference, IsTypeAndIdWhateverTheBase) {
  const Reference seven{"Patient", "7"};
  EXPECT_EQ(parseReference("Patient/7"), seven);
  EXPECT_EQ(parseReference("https://ehr.example/fhir/R4/Patient/7"), seven);
  EXPECT_EQ(parseReference("Patient/7/_history/3"), seven);
}

TEST(Reference, DoesNotGuess) {
  for (const char* text : {"", "7", "#p1", "urn:uuid:7", "patient/7", "Patient/", "/7", "Patient/a b",
                           "Patient/../7?", "Patient?identifier=7"}) {
    EXPECT_FALSE(parseReference(text)) << text;
  }
}

TEST(Id, IsShortAndPlain) {
  EXPECT_TRUE(isId("a-b.C9"));
  EXPECT_TRUE(isId(std::string(64, 'a')));
  EXPECT_FALSE(isId(std::string(65, 'a')));
  EXPECT_FALSE(isId("../x"));
  EXPECT_FALSE(isId("1?x="));
}

}  // namespace
}  // namespace plumbline::fhir
