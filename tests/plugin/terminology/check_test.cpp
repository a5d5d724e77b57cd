/// Codes of content against releases. Every release and every code in here is made up: none of them is in, or
/// stands for anything in, a release of SNOMED CT, LOINC, ICD-10-CM or RxNorm.
#include "plugin/terminology/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "plugin/config.h"
#include "plugin/terminology/rows.h"
#include "plugin/terminology/wanted.h"

namespace plumbline::terminology {
namespace {

using std::string;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const string kConceptHeader = "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\r\n";
const string kDescriptionHeader =
    "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\r\n";
const string kAssociationHeader =
    "id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\ttargetComponentId\r\n";

string conceptRow(const string& code, const string& active, const string& time = "20990101") {
  return code + "\t" + time + "\t" + active + "\t9\t9\r\n";
}

string description(const string& code, const string& type, const string& term, const string& active = "1") {
  return "7\t20990101\t" + active + "\t9\t" + code + "\ten\t" + type + "\t" + term + "\t9\r\n";
}

string association(const string& refset, const string& from, const string& to) {
  return "7\t20990101\t1\t9\t" + refset + "\t" + from + "\t" + to + "\r\n";
}

/// A line of an ICD-10-CM order file: names at their columns.
string order(const string& number, const string& code, const string& billed, const string& shortName,
             const string& longName) {
  const auto wide = [](string text, std::size_t width) {
    text.resize(width, ' ');
    return text;
  };
  return number + " " + wide(code, 7) + " " + billed + " " + wide(shortName, 60) + " " + longName + "\r\n";
}

string atom(const string& code, const string& source, const string& type, const string& name,
            const string& suppress = "N") {
  return code + "|ENG||||||1||||" + source + "|" + type + "|" + code + "|" + name + "||" + suppress + "||\n";
}

/// A directory of content and one of releases.
class Terminology : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::temp_directory_path() / ("plumbline-terminology-" + std::to_string(::getpid()));
    std::filesystem::create_directories(root_ / "content");
    std::filesystem::create_directories(root_ / "releases");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const string& name, const string& text) {
    const auto path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  /// One finding that names this code.
  void name(const string& system, const string& code, const string& display, const string& more = "") {
    write("content/findings/a.json", R"({"codes": [{"system": ")" + system + R"(", "code": ")" + code +
                                         R"(", "display": ")" + display + "\"" + more + "}]}");
  }

  std::vector<string> compare() {
    problems.clear();
    notes.clear();
    return check({(root_ / "content").string(), ""}, (root_ / "releases").string(), problems, notes);
  }
  static std::vector<string> said(const std::vector<fhir::Problem>& all) {
    std::vector<string> texts;
    for (const auto& each : all) texts.push_back(printed(each));
    return texts;
  }

  std::filesystem::path root_;
  std::vector<fhir::Problem> problems, notes;
};

class Snomed : public Terminology {
 protected:
  void SetUp() override {
    Terminology::SetUp();
    write("releases/Snapshot/Terminology/sct2_Concept_Snapshot_INT_20990101.txt",
          kConceptHeader + conceptRow("111", "1") + conceptRow("222", "0") + conceptRow("333", "1"));
    write("releases/Snapshot/Terminology/sct2_Description_Snapshot-en_INT_20990101.txt",
          kDescriptionHeader + description("111", "900000000000003001", "Blue  spine (finding)") +
              description("111", "900000000000013009", "Spine that is blue") +
              description("111", "900000000000013009", "Azure spine", "0") +
              description("222", "900000000000003001", "Green spine (finding)"));
    write("releases/Snapshot/Refset/Content/der2_cRefset_AssociationSnapshot_INT_20990101.txt",
          kAssociationHeader + association("900000000000526001", "222", "333") +
              association("900000000000523009", "222", "111") + association("1", "222", "444"));
  }
};

TEST_F(Snomed, IsSilentAboutACodeThatIsThereByAnyOfItsNames) {
  for (const string display :
       {"Blue spine", "blue Spine (finding)", "Spine that is blue", "Blue spine (disorder)"}) {
    name("snomed", "111", display);
    EXPECT_THAT(compare(), ElementsAre("SNOMED CT: 1 codes of the content compared with "
                                       "sct2_Concept_Snapshot_INT_20990101.txt (3 rows)"));
    EXPECT_THAT(said(problems), IsEmpty()) << display;
    EXPECT_THAT(said(notes), IsEmpty()) << display;
  }
}

TEST_F(Snomed, NamesACodeThatIsUnknownAtItsPlace) {
  name("snomed", "999", "Nowhere");
  compare();
  EXPECT_THAT(said(problems), ElementsAre((root_ / "content/findings/a.json").string() +
                                          ":/codes/0: SNOMED CT 999 is not in the release"));
  EXPECT_THAT(said(notes), IsEmpty());
}

TEST_F(Snomed, NamesWhatAnInactiveCodeIsReplacedBy) {
  name("snomed", "222", "Green spine");
  compare();
  EXPECT_THAT(said(problems),
              ElementsAre(HasSubstr(":/codes/0: SNOMED CT 222 (\"Green spine (finding)\") is inactive; the "
                                    "release names 333 (replaced by), 111 (possibly equivalent to)")));
}

TEST_F(Snomed, NotesAnotherNameAndCountsNoInactiveOne) {
  name("snomed", "111", "Azure spine");
  compare();
  EXPECT_THAT(said(problems), IsEmpty());
  EXPECT_THAT(said(notes),
              ElementsAre(HasSubstr(
                  ":/codes/0: SNOMED CT 111 is called \"Blue  spine (finding)\", here \"Azure spine\"")));
}

TEST_F(Snomed, IsReadByTheLatestRowOfSeveralEditions) {
  write("releases/other/xsct2_Concept_Snapshot_XX1_20990601.txt",
        kConceptHeader + conceptRow("111", "0", "20990601") + conceptRow("222", "1", "20980101"));
  name("snomed", "111", "Blue spine");
  EXPECT_THAT(compare(), SizeIs(2));
  EXPECT_THAT(said(problems),
              ElementsAre(HasSubstr("SNOMED CT 111 (\"Blue  spine (finding)\") is inactive")));
  name("snomed", "222", "Green spine");
  compare();
  EXPECT_THAT(said(problems),
              ElementsAre(HasSubstr("SNOMED CT 222 (\"Green spine (finding)\") is inactive")));
}

TEST_F(Snomed, OfAFullReleaseOrOtherTablesIsNotRead) {
  write("releases/Full/sct2_Concept_Full_INT_20990101.txt", kConceptHeader + conceptRow("555", "1"));
  write("releases/Snapshot/sct2_TextDefinition_Snapshot-en_INT_20990101.txt",
        kDescriptionHeader + description("111", "900000000000550004", "Azure spine"));
  name("snomed", "555", "Red spine");
  compare();
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("SNOMED CT 555 is not in the release")));
}

TEST_F(Snomed, IsFoundByItsAddressInAFormAndInAnOverlayToo) {
  write("content/questionnaires/form.json",
        R"({"item": [{"code": [{"system": "http://snomed.info/sct", "code": "999"}]}]})");
  write("overlay/findings/a.json", R"({"add": {"codes": [{"system": "snomed", "code": "998"}]}})");
  write("content/schema/a.schema.json", R"({"system": "snomed", "code": "997"})");
  check({(root_ / "content").string(), (root_ / "overlay").string()}, (root_ / "releases").string(), problems,
        notes);
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("overlay/findings/a.json:/add/codes/0: "),
                                          HasSubstr("content/questionnaires/form.json:/item/0/code/0: ")));
}

TEST_F(Terminology, OfLoincIsReadByTheNamesOfItsColumns) {
  write(
      "releases/LoincTable/Loinc.csv",
      "\xef\xbb\xbf\"LOINC_NUM\",\"COMPONENT\",\"STATUS\",\"SHORTNAME\",\"LONG_COMMON_NAME\"\r\n"
      "\"90001-0\",\"Blue\",\"ACTIVE\",\"Blue SerPl\",\"Blue [Mass/volume] in \"\"Serum\"\", or\nplasma\"\r\n"
      "\"90002-0\",\"Green\",\"DEPRECATED\",\"Green\",\"Green in serum\"\r\n"
      "\"90003-0\",\"Red\",\"DISCOURAGED\",\"Red\",\"Red in serum\"\r\n");
  write("releases/LoincTable/MapTo.csv",
        "\"LOINC\",\"MAP_TO\",\"COMMENT\"\r\n\"90002-0\",\"90001-0\",\"\"\r\n");
  name("loinc", "90001-0", "Blue SerPl");
  EXPECT_THAT(compare(), ElementsAre("LOINC: 1 codes of the content compared with Loinc.csv (3 rows)"));
  EXPECT_THAT(said(problems), IsEmpty());
  EXPECT_THAT(said(notes), IsEmpty());
  name("loinc", "90001-0", "Blue [Mass/volume] in \\\"Serum\\\", or\\nplasma");
  compare();
  EXPECT_THAT(said(notes), IsEmpty());
  name("loinc", "90002-0", "Green");
  compare();
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("LOINC 90002-0 (\"Green in serum\") is DEPRECATED; the "
                                                    "release names 90001-0 (replaced by)")));
  name("loinc", "90003-0", "Red");
  compare();
  EXPECT_THAT(said(problems), IsEmpty());
  EXPECT_THAT(said(notes), ElementsAre(HasSubstr("LOINC 90003-0 (\"Red in serum\") is DISCOURAGED")));
  name("loinc", "90004-0", "None");
  compare();
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("LOINC 90004-0 is not in the release")));
}

TEST_F(Terminology, OfIcd10CmIsReadByItsColumnsWithAndWithoutADot) {
  write("releases/icd10cm-order-2099.txt",
        order("00001", "Y9X", "0", "Blue spines", "Spines that are blue") +
            order("00002", "Y9X1", "1", "Blue spine, one", "One spine that is blue") +
            order("00003", "Y9Z11A", "1", "Green spine", "Green spine, first visit"));
  for (const auto& [code, display, more] :
       {std::tuple<string, string, string>{"Y9X.1", "One spine that is blue", ""},
        {"y9x1", "blue spine, one", ""},
        {"Y9X", "Blue spines", R"(, "match": "prefix")"},
        {"Y9Z.1", "Whatever is below", R"(, "match": "prefix")"}}) {
    name("icd10cm", code, display, more);
    EXPECT_THAT(
        compare(),
        ElementsAre("ICD-10-CM: 1 codes of the content compared with icd10cm-order-2099.txt (3 rows)"));
    EXPECT_THAT(said(problems), IsEmpty()) << code;
    EXPECT_THAT(said(notes), IsEmpty()) << code;
  }
  name("icd10cm", "Y9Z.1", "Only with prefix");
  compare();
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("ICD-10-CM Y9Z1 is not in the release")));
  name("icd10cm", "Y9X.1", "Two spines");
  compare();
  EXPECT_THAT(said(notes),
              ElementsAre(HasSubstr("is called \"One spine that is blue\", here \"Two spines\"")));
}

TEST_F(Terminology, OfRxNormKnowsWhatIsObsoleteAndWhatWasMerged) {
  write("releases/rrf/RXNCONSO.RRF",
        atom("800001", "RXNORM", "IN", "bluecillin") + atom("800001", "OTHER", "PT", "Azurecillin") +
            atom("800002", "RXNORM", "IN", "greencillin", "O") + atom("800004", "OTHER", "IN", "redcillin"));
  write("releases/rrf/RXNATOMARCHIVE.RRF",
        "1|1|yellowcillin|||||||||v|800003|RXNORM|IN|800001|\n2|2|yellowcillin|||||||||v|800003|RXNORM|SY|"
        "800001|\n");
  name("rxnorm", "800001", "Bluecillin");
  EXPECT_THAT(compare(), ElementsAre("RxNorm: 1 codes of the content compared with RXNCONSO.RRF (2 rows)"));
  EXPECT_THAT(said(problems), IsEmpty());
  EXPECT_THAT(said(notes), IsEmpty());
  name("rxnorm", "800002", "greencillin");
  compare();
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("RxNorm 800002 (\"greencillin\") is obsolete")));
  name("rxnorm", "800003", "yellowcillin");
  compare();
  EXPECT_THAT(said(problems),
              ElementsAre(HasSubstr("RxNorm 800003 (\"yellowcillin\") is retired; the release "
                                    "names 800001 (merged into)")));
  name("rxnorm", "800004", "redcillin");
  compare();
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("RxNorm 800004 is not in the release")));
}

TEST_F(Terminology, SaysOfWhichSystemsThereIsNoRelease) {
  write("releases/icd10cm_order_2099.txt", order("00001", "Y9X", "0", "Blue", "Blue"));
  name("snomed", "111", "Blue spine");
  EXPECT_THAT(compare(), IsEmpty());
  EXPECT_THAT(said(problems), IsEmpty());
  EXPECT_THAT(said(notes),
              ElementsAre(HasSubstr("no release of http://snomed.info/sct: 1 codes are not compared")));
}

TEST_F(Terminology, ReadsNothingOfFilesThatAreLaidOutOtherwise) {
  name("loinc", "90001-0", "Blue");
  compare();
  EXPECT_THAT(said(problems),
              ElementsAre(HasSubstr("holds no release of SNOMED CT, LOINC, ICD-10-CM or RxNorm")));
  for (const auto& [file, text] : {std::pair<string, string>{"Loinc.csv", "\"A\",\"B\"\r\n\"1\",\"2\"\r\n"},
                                   {"Loinc.csv", ""},
                                   {"sct2_Concept_Snapshot_INT_1.txt", "id\tactive\n1\t1\n"},
                                   {"sct2_Description_Snapshot-en_INT_1.txt", "id\n"},
                                   {"der2_cRefset_AssociationReferenceSnapshot_INT_1.txt", "id\n"},
                                   {"icd10cm_order_2099.txt", "Y9X Blue\n"},
                                   {"RXNCONSO.RRF", "1|2|3\n"},
                                   {"RXNATOMARCHIVE.RRF", "1|2|3\n"},
                                   {"MapTo.csv", "\"A\"\n"}}) {
    write("releases/" + file, text);
    EXPECT_THAT(compare(), IsEmpty()) << file;
    EXPECT_THAT(said(problems), ElementsAre(HasSubstr(file + ": does not have the columns of "))) << file;
    std::filesystem::remove(root_ / "releases" / file);
  }
  write("releases/Loinc.csv", "\"LOINC_NUM\",\"STATUS\",\"LONG_COMMON_NAME\"\r\n");
  EXPECT_THAT(compare(), IsEmpty());
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("Loinc.csv: lists no code")));
  std::filesystem::remove_all(root_ / "releases");
  compare();
  EXPECT_THAT(said(problems), ElementsAre(HasSubstr("cannot be read")));
}

TEST(Content, NamesItsCodesWhereTheyStand) {
  Systems systems;
  std::vector<fhir::Problem> problems;
  addCodes(PLUMBLINE_CONTENT, systems, problems);
  EXPECT_TRUE(problems.empty());
  const auto& snomed = systems.at("http://snomed.info/sct");
  const auto found = snomed.find("449813001");
  ASSERT_NE(found, snomed.end());
  std::vector<string> places;
  for (const Place& each : found->second.places) places.push_back(each.file + ":" + each.pointer);
  EXPECT_THAT(places, Contains(PLUMBLINE_CONTENT "/findings/saddle-anaesthesia.json:/codes/0"));
  EXPECT_THAT(places, Contains(HasSubstr("/questionnaires/red-flag-screen.json:/item/")));
  for (const string system :
       {"http://loinc.org", "http://hl7.org/fhir/sid/icd-10-cm",
        "http://www.nlm.nih.gov/research/umls/rxnorm", "http://www.ama-assn.org/go/cpt"})
    EXPECT_GT(systems.at(system).size(), 10U) << system;
  EXPECT_TRUE(systems.at("http://hl7.org/fhir/sid/icd-10-cm").at("E10").prefix);
}

}  // namespace
}  // namespace plumbline::terminology
