#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fhir/code_system.h"
#include "rules/content_reader.h"
#include "rules/question.h"

namespace plumbline::rules::content {
namespace {

std::string placeOf(const std::string& list, rapidjson::SizeType index) {
  return list + "/" + std::to_string(index);
}

std::vector<ScoredAnswer> readScored(const Value& holder, const std::string& at, const File& file) {
  std::vector<ScoredAnswer> answers;
  std::set<double> scores;
  const Value& list = holder["answers"];
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    ScoredAnswer answer;
    answer.score = list[i]["score"].GetDouble();
    answer.codes = readCodes(list[i], "codes");
    answer.words = plainTexts(list[i], "words");
    if (const Value* boolean = find(list[i], "boolean")) answer.boolean = boolean->GetBool();
    if (!scores.insert(answer.score).second)
      file.problem(placeOf(at + "/answers", i) + "/score", "is the score of another answer too");
    answers.push_back(std::move(answer));
  }
  return answers;
}

Code readLoinc(const Value& value, const std::string& at, const File& file) {
  Code code = readCode(value);
  if (code.system != fhir::kLoinc) file.problem(at + "/system", "must be \"loinc\"");
  return code;
}

/// Everything an item is recognised by.
std::vector<std::string> namesOf(const InstrumentItem& item) {
  std::vector<std::string> names = item.linkIds;
  names.insert(names.end(), item.questions.begin(), item.questions.end());
  if (!item.code.code.empty()) names.push_back(item.code.code);
  return names;
}

/// The question of the form at `at`, checked against the finding it asks for.
void readQuestion(const Pack& pack, const Value& item, const std::string& at, const File& file,
                  ScreenForm& form) {
  const auto found = findingOf(pack, text(item, "linkId"), at + "/linkId", file);
  if (!found) return;
  const Finding& finding = pack.findings[*found];
  if (form.groups.empty()) form.groups.emplace_back();
  form.groups.back().questions.push_back({*found, readCodes(item, "code")});
  if (std::find(form.asks.begin(), form.asks.end(), *found) != form.asks.end())
    file.problem(at + "/linkId", "is asked for twice");
  form.asks.push_back(*found);
  if (text(item, "text") != finding.name)
    file.problem(at + "/text", "must be the finding's name, \"" + finding.name + "\"");
  const Value* codes = find(item, "code");
  for (rapidjson::SizeType i = 0; codes && i < codes->Size(); ++i) {
    const Code code = readCode((*codes)[i]);
    const bool its = std::any_of(finding.codes.begin(), finding.codes.end(), [&](const Code& each) {
      return each.system == code.system && each.code == code.code && !each.negative && !each.weak &&
             !each.needs;
    });
    if (!its) file.problem(placeOf(at + "/code", i), "is no code that stands for the finding alone");
  }
}

void readItems(const Pack& pack, const Value& parent, const std::string& at, const File& file,
               ScreenForm& form) {
  const Value& items = parent["item"];
  for (rapidjson::SizeType i = 0; i < items.Size(); ++i) {
    const std::string here = placeOf(at + "/item", i);
    if (find(items[i], "item")) {
      form.groups.push_back({text(items[i], "text"), {}});
      readItems(pack, items[i], here, file, form);
    } else {
      readQuestion(pack, items[i], here, file, form);
    }
  }
}

/// Reads the answers that the form offers: one that answers.json takes for yes, one for no, and one for that
/// nobody looked.
void readOffered(const Pack& pack, const Value& document, const File& file, ScreenForm& form) {
  const std::pair<Code*, const std::vector<Code>*> meanings[] = {
      {&form.yes, &pack.answers.present},
      {&form.no, &pack.answers.absent},
      {&form.notExamined, &pack.answers.notPerformed}};
  const Value& include = document["contained"][0]["compose"]["include"][0];
  const Value& concepts = include["concept"];
  for (rapidjson::SizeType i = 0; i < concepts.Size(); ++i) {
    Code offered;
    offered.system = text(include, "system");
    offered.code = text(concepts[i], "code");
    offered.display = text(concepts[i], "display");
    bool known = false;
    for (const auto& [into, codes] : meanings) {
      if (!contains(*codes, offered.system, offered.code)) continue;
      known = into->code.empty();
      if (known) *into = offered;
    }
    if (!known)
      file.problem(placeOf("/contained/0/compose/include/0/concept", i),
                   "answers.json does not know the answer, or it is there twice");
  }
}

}  // namespace

std::vector<std::string> plainTexts(const Value& object, const char* key) {
  std::vector<std::string> all = texts(object, key);
  std::transform(all.begin(), all.end(), all.begin(),
                 [](const std::string& each) { return plainWords(each); });
  return all;
}

Answers readAnswers(const Value& document) {
  return {readCodes(document, "present"),      readCodes(document, "absent"),
          readCodes(document, "notPerformed"), texts(document, "presentWords"),
          texts(document, "absentWords"),      plainTexts(document, "leadIns")};
}

Instrument readInstrument(const Value& document, const File& file) {
  Instrument instrument;
  instrument.id = text(document, "id");
  instrument.name = text(document, "name");
  instrument.total = readLoinc(document["total"], "/total", file);
  const std::vector<ScoredAnswer> usual = readScored(document, "", file);
  std::set<std::string> known{instrument.total.code};
  const Value& items = document["items"];
  for (rapidjson::SizeType i = 0; i < items.Size(); ++i) {
    const std::string at = placeOf("/items", i);
    InstrumentItem item;
    if (const Value* code = find(items[i], "code")) item.code = readLoinc(*code, at + "/code", file);
    item.linkIds = texts(items[i], "linkIds");
    item.questions = plainTexts(items[i], "questions");
    item.answers = find(items[i], "answers") ? readScored(items[i], at, file) : usual;
    const auto names = namesOf(item);
    if (names.empty()) file.problem(at, "needs a code, a linkId or a question to be recognised by");
    for (const std::string& name : names) {
      if (!known.insert(name).second)
        file.problem(at, "\"" + name + "\" names two of the instrument's items");
    }
    instrument.items.push_back(std::move(item));
  }
  return instrument;
}

ScreenForm readForm(const Pack& pack, const Value& document, const File& file) {
  ScreenForm form;
  form.url = text(document, "url");
  form.version = text(document, "version");
  form.title = text(document, "title");
  readItems(pack, document, "", file, form);
  readOffered(pack, document, file, form);
  std::set<std::size_t> missing;
  for (const auto& [region, items] : pack.screen.items) {
    for (const ScreenItem& item : items) missing.insert(item.all.begin(), item.all.end());
  }
  for (const std::size_t asked : form.asks) missing.erase(asked);
  for (const std::size_t finding : missing)
    file.problem("/item", "does not ask for \"" + pack.findings[finding].id + "\", which the screen needs");
  return form;
}

void checkQuestions(const Pack& pack, std::vector<fhir::Problem>& problems) {
  std::map<std::string, std::string> owners;
  for (const Finding& finding : pack.findings) owners.emplace(plainWords(finding.name), finding.id);
  for (const Finding& finding : pack.findings) {
    const auto own = [&](const std::vector<std::string>& questions, const std::string& key) {
      for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto [owner, fresh] = owners.emplace(questions[i], finding.id);
        if (fresh) continue;
        problems.push_back({"findings/" + finding.id + ".json", key + "/" + std::to_string(i),
                            "already asks for \"" + owner->second + "\""});
      }
    };
    own(finding.questions, "/questions");
    own(finding.partialQuestions, "/partialQuestions");
  }
}

}  // namespace plumbline::rules::content
