#pragma once

#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

#include "fhir/authored_json.h"
#include "rules/pack.h"

/// The steps of loadPack, one function a kind of file. Each takes a document that already fits its schema and
/// appends what a schema cannot see: names that lead nowhere, sentences a card may not hold.
namespace plumbline::rules::content {

using rapidjson::Value;

/// Where problems go while one file is read.
struct File {
  std::string name;  ///< relative to the content directory
  std::vector<fhir::Problem>& problems;

  void problem(std::string pointer, std::string message) const {
    problems.push_back({name, std::move(pointer), std::move(message)});
  }
};

// Access for documents that fit their schema.
std::string text(const Value& object, const char* key);
std::vector<std::string> texts(const Value& object, const char* key);
/// The same as plain words (rules/question.h).
std::vector<std::string> plainTexts(const Value& object, const char* key);
const Value* find(const Value& object, const char* key);
std::optional<int> integer(const Value& object, const char* key);
bool flag(const Value& object, const char* key);

/// Index of the finding `id`; reports it at `pointer` and gives nothing when there is none.
std::optional<std::size_t> findingOf(const Pack& pack, const std::string& id, const std::string& pointer,
                                     const File& file);
std::vector<std::size_t> findingsOf(const Pack& pack, const Value& object, const char* key,
                                    const std::string& at, const File& file);
/// Index of the medication class `id`; reports it at `pointer` and gives nothing when there is none.
std::optional<std::size_t> medicationOf(const Pack& pack, const std::string& id, const std::string& pointer,
                                        const File& file);
/// A code without part and needs, which only findings have.
Code readCode(const Value& value);
std::vector<Code> readCodes(const Value& object, const char* key);
std::optional<Region> regionOf(std::string_view name);
std::vector<Region> regionsOf(const Value& object, const char* key);
Tier tierOf(std::string_view name);

Finding readFinding(const Pack& pack, const Value& document, const File& file);
MedicationClass readMedication(const Value& document, const File& file);
Imaging readImaging(const Value& document);
/// After the drugs, the imaging and the words that cards may not hold.
std::vector<OrderClass> readOrders(const Pack& pack, const Value& document, const File& file);
Criterion readCriterion(const Pack& pack, const Value& value, const std::string& at, const File& file);
Pathway readPathway(const Pack& pack, const Value& document, const File& file);
Screen readScreen(const Pack& pack, const Value& document, const File& file);
StressContent readStress(const Pack& pack, const Value& document, const File& file);
PainContent readPain(const Pack& pack, const Value& document, const File& file);
Answers readAnswers(const Value& document);
/// Reads without `shortOf`, which names instruments that may come later.
Instrument readInstrument(const Value& document, const File& file);
/// Reads the project's own Questionnaire. Reported: a question whose linkId is no finding, is there twice or
/// whose words or code are not the finding's; an answer that answers.json does not know; a finding of the
/// screen that is not asked for.
ScreenForm readForm(const Pack& pack, const Value& document, const File& file);
/// Reports question phrases that two findings share: such a question would speak for either.
void checkQuestions(const Pack& pack, std::vector<fhir::Problem>& problems);

/// Reports a sentence that a card of a red flag may not hold: a word of stress, or what no card may say.
void checkWords(const Pack& pack, const std::string& sentence, const std::string& at, const File& file);
/// Reports a sentence that holds what no card may say.
void checkNever(const Pack& pack, const std::string& sentence, const std::string& at, const File& file);

/// Reports names that files use for each other's content and that only the whole pack can check.
void checkReferences(const Pack& pack, std::vector<fhir::Problem>& problems);
/// Reports sentences that cards are built from and that are not there, so that none is found missing in front
/// of a clinician, and those that hold what no card may say.
void checkTexts(const Pack& pack, std::vector<fhir::Problem>& problems);

}  // namespace plumbline::rules::content
