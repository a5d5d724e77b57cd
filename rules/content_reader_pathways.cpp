#include <algorithm>

#include "rules/content_reader.h"
#include "rules/words.h"

namespace plumbline::rules::content {
namespace {

/// An ISO 8601 duration of the two forms the content uses: whole days or whole hours. The schema has no
/// patterns, so the form is checked here.
std::chrono::seconds duration(const std::string& text, const std::string& at, const File& file) {
  const bool days = text.size() > 2 && text.starts_with("P") && text.ends_with("D");
  const bool hours = text.size() > 3 && text.starts_with("PT") && text.ends_with("H");
  const std::string digits = days    ? text.substr(1, text.size() - 2)
                             : hours ? text.substr(2, text.size() - 3)
                                     : "";
  if (digits.empty() || digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos) {
    file.problem(at, "must be a duration like P14D or PT48H");
    return {};
  }
  const int count = std::stoi(digits);
  return days ? std::chrono::seconds(std::chrono::days(count))
              : std::chrono::seconds(std::chrono::hours(count));
}

std::vector<Criterion> readAll(const Pack& pack, const Value& list, const std::string& at, const File& file) {
  std::vector<Criterion> all;
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    all.push_back(readCriterion(pack, list[i], at + "/" + std::to_string(i), file));
  }
  return all;
}

Criterion present(const Pack& pack, const Value& value, const std::string& id, const std::string& at,
                  const File& file) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::Present;
  criterion.finding = findingOf(pack, id, at, file).value_or(0);
  if (!value.IsObject()) return criterion;
  criterion.days = integer(value, "withinDays");
  criterion.dated = flag(value, "dated");
  criterion.beganDays = integer(value, "beganWithinDays");
  criterion.times = static_cast<std::size_t>(integer(value, "times").value_or(1));
  criterion.activeOnly = flag(value, "activeOnly");
  if (const std::string part = text(value, "part"); !part.empty()) {
    const auto& parts = pack.findings[criterion.finding].parts;
    const auto found = std::find(parts.begin(), parts.end(), part);
    if (found == parts.end()) file.problem(at, "finding \"" + id + "\" has no part \"" + part + "\"");
    criterion.part = static_cast<std::size_t>(found - parts.begin());
  }
  return criterion;
}

/// The composite and demographic kinds; the caller has dealt with findings.
Criterion compound(const Pack& pack, const Value& value, const std::string& at, const File& file) {
  using Kind = Criterion::Kind;
  Criterion criterion;
  if (const Value* any = find(value, "any")) {
    criterion.kind = Kind::Any;
    criterion.of = readAll(pack, *any, at + "/any", file);
  } else if (const Value* all = find(value, "all")) {
    criterion.kind = Kind::All;
    criterion.of = readAll(pack, *all, at + "/all", file);
  } else if (const Value* count = find(value, "atLeast")) {
    criterion.kind = Kind::AtLeast;
    criterion.count = count->GetUint();
    criterion.of = readAll(pack, value["of"], at + "/of", file);
    if (criterion.count > criterion.of.size()) file.problem(at, "asks for more than it lists");
  } else if (const Value* unless = find(value, "unless")) {
    criterion.kind = Kind::Unless;
    criterion.of.push_back(readCriterion(pack, *unless, at + "/unless", file));
  } else if (find(value, "pain")) {
    criterion.kind = Kind::Pain;
    criterion.region = regionOf(text(value, "pain")).value_or(Region::Lumbar);
  } else if (find(value, "painNew")) {
    criterion.kind = Kind::PainNew;
  } else if (find(value, "painWithinDays")) {
    criterion.kind = Kind::PainWithin;
    criterion.days = integer(value, "painWithinDays");
  } else if (const Value* age = find(value, "age")) {
    criterion.kind = Kind::Age;
    criterion.ageFrom = integer(*age, "from");
    criterion.ageBelow = integer(*age, "below");
  } else if (find(value, "sex")) {
    criterion.kind = Kind::Sex;
    criterion.sex = text(value, "sex");
  } else if (find(value, "medication")) {
    criterion.kind = Kind::Medication;
    criterion.medication = medicationOf(pack, text(value, "medication"), at, file).value_or(0);
  } else if (find(value, "measured")) {
    criterion.kind = Kind::Measured;
    criterion.codes = readCodes(value, "measured");
    criterion.hours = integer(value, "withinHours");
  } else {
    criterion.kind = Kind::Deficit;
  }
  return criterion;
}

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

ScreenItem readItem(const Pack& pack, const Value& value, const std::string& at, const File& file) {
  ScreenItem item;
  item.id = text(value, "id");
  item.label = text(value, "label");
  item.all = findingsOf(pack, value, "all", at, file);
  if (const Value* measured = find(value, "measured")) {
    for (const auto& each : measured->GetArray()) item.measured.push_back(readCodes(each, "codes"));
  }
  item.ageFrom = integer(value, "ageFrom");
  if (find(value, "maxAge")) item.maxAge = duration(text(value, "maxAge"), at + "/maxAge", file);
  if (const Value* ages = find(value, "maxAgeOf")) {
    for (const auto& each : ages->GetObject()) {
      const std::string here = at + "/maxAgeOf/" + each.name.GetString();
      if (const auto index = findingOf(pack, each.name.GetString(), here, file)) {
        item.maxAgeOf[*index] = duration(each.value.GetString(), here, file);
      }
    }
  }
  return item;
}

}  // namespace

std::optional<Region> regionOf(std::string_view name) {
  if (name == "neck") return Region::Neck;
  if (name == "thoracic") return Region::Thoracic;
  return name == "lumbar" ? std::optional(Region::Lumbar) : std::nullopt;
}

std::vector<Region> regionsOf(const Value& object, const char* key) {
  std::vector<Region> regions;
  for (const auto& each : texts(object, key)) regions.push_back(regionOf(each).value_or(Region::Lumbar));
  return regions;
}

void checkNever(const Pack& pack, const std::string& sentence, const std::string& at, const File& file) {
  const std::string low = lowered(sentence);
  for (const auto& each : pack.neverPhrases) {
    if (low.find(each) != std::string::npos)
      file.problem(at, "holds \"" + each + "\", which no card may say");
  }
}

void checkWords(const Pack& pack, const std::string& sentence, const std::string& at, const File& file) {
  const std::string low = lowered(sentence);
  for (const auto& each : pack.stressWords) {
    if (low.find(each) != std::string::npos)
      file.problem(at, "holds \"" + each + "\", which no red-flag card may say");
  }
  checkNever(pack, sentence, at, file);
}

Tier tierOf(std::string_view name) {
  return name == "emergency" ? Tier::Emergency : name == "urgent" ? Tier::Urgent : Tier::Soon;
}

Criterion readCriterion(const Pack& pack, const Value& value, const std::string& at, const File& file) {
  if (value.IsString()) return present(pack, value, value.GetString(), at, file);
  if (find(value, "present")) return present(pack, value, text(value, "present"), at + "/present", file);
  if (find(value, "weak")) {
    Criterion criterion = present(pack, value, text(value, "weak"), at + "/weak", file);
    criterion.kind = Criterion::Kind::Weak;
    return criterion;
  }
  return compound(pack, value, at, file);
}

Pathway readPathway(const Pack& pack, const Value& document, const File& file) {
  Pathway pathway;
  pathway.id = text(document, "id");
  pathway.version = text(document, "version");
  pathway.title = text(document, "title");
  checkWords(pack, pathway.title, "/title", file);
  const Value& rules = document["rules"];
  for (rapidjson::SizeType i = 0; i < rules.Size(); ++i) {
    const std::string at = "/rules/" + std::to_string(i);
    pathway.rules.push_back({text(rules[i], "id"),
                             tierOf(text(rules[i], "tier")),
                             readCriterion(pack, rules[i]["when"], at + "/when", file),
                             text(rules[i], "because"),
                             {}});
    checkWords(pack, pathway.rules.back().because, at + "/because", file);
  }
  pathway.asks = findingsOf(pack, document, "asks", "", file);
  pathway.alsoDocumented = findingsOf(pack, document, "alsoDocumented", "", file);
  for (const auto& each : document["summary"].GetObject()) {
    pathway.summary[tierOf(each.name.GetString())] = each.value.GetString();
    checkWords(pack, each.value.GetString(), std::string("/summary/") + each.name.GetString(), file);
  }
  for (const auto& each : document["consider"].GetObject()) {
    pathway.consider[tierOf(each.name.GetString())] = texts(document["consider"], each.name.GetString());
    for (const auto& line : each.value.GetArray()) {
      checkWords(pack, line.GetString(), std::string("/consider/") + each.name.GetString(), file);
    }
  }
  for (const Rule& rule : pathway.rules) {
    for (const Tier tier : {Tier::Soon, Tier::Urgent, Tier::Emergency}) {
      if (tier <= rule.tier && !(pathway.summary.contains(tier) && pathway.consider.contains(tier))) {
        file.problem("/summary", "lacks words for tier \"" + std::string(name(tier)) + "\", which rule " +
                                     rule.id + " can end at");
      }
    }
  }
  pathway.onOtherCards = text(document, "onOtherCards");
  checkWords(pack, pathway.onOtherCards, "/onOtherCards", file);
  pathway.why = text(document, "why");
  checkWords(pack, pathway.why, "/why", file);
  if (const Value* options = find(document, "options")) {
    for (const auto& each : options->GetArray()) {
      pathway.options.push_back(
          {text(each, "label"), text(each, "order"), text(each, "imaging"), text(each, "code"),
           text(each, "system"), text(each, "display"), text(each, "priority"),
           text(each, "from") == "emergency" ? Tier::Emergency : Tier::Urgent,
           text(each, "upTo") == "urgent" ? Tier::Urgent : Tier::Emergency, regionsOf(each, "regions")});
      checkWords(pack, pathway.options.back().label, "/options", file);
    }
  }
  pathway.sources = texts(document, "sources");
  return pathway;
}

Screen readScreen(const Pack& pack, const Value& document, const File& file) {
  Screen screen;
  screen.maxAge = duration(text(document, "maxAge"), "/maxAge", file);
  screen.maxAgeEmergency = duration(text(document, "maxAgeEmergency"), "/maxAgeEmergency", file);
  screen.kept = duration(text(document, "kept"), "/kept", file);
  const auto group = [&](const char* key) {
    std::vector<ScreenItem> items;
    const Value& list = document[key];
    for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
      items.push_back(readItem(pack, list[i], std::string("/") + key + "/" + std::to_string(i), file));
    }
    return items;
  };
  const auto join = [](std::vector<ScreenItem> first, const std::vector<ScreenItem>& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
  };
  const auto spine = group("spine");
  screen.items[Region::Lumbar] = join(spine, group("lumbar"));
  screen.items[Region::Thoracic] = join(spine, group("thoracic"));
  screen.items[Region::Neck] = join(screen.items[Region::Thoracic], group("neck"));
  screen.notBlocking = findingsOf(pack, document, "notBlocking", "", file);
  screen.readWhole = texts(document, "readWhole");
  return screen;
}

StressContent readStress(const Pack& pack, const Value& document, const File& file) {
  StressContent stress;
  stress.patternWeight = integer(document, "patternWeight").value_or(0);
  stress.patternIndicators = static_cast<std::size_t>(integer(document, "patternIndicators").value_or(0));
  const Value& acts = document["acts"];
  stress.actsAlways = findingsOf(pack, acts, "always", "/acts", file);
  stress.actsWithRecentPain = findingsOf(pack, acts, "withRecentPain", "/acts", file);
  stress.actMedication = medicationOf(pack, text(acts, "medication"), "/acts/medication", file).value_or(0);
  stress.problemWords = texts(acts, "problemWords");
  stress.anxietyWords = texts(acts, "reasonWords");
  stress.reasonFindings = findingsOf(pack, acts, "reasonFindings", "/acts", file);
  return stress;
}

PainContent readPain(const Pack& pack, const Value& document, const File& file) {
  PainContent pain;
  pain.findings = findingsOf(pack, document, "findings", "", file);
  pain.withinDays = integer(document, "withinDays").value_or(0);
  pain.gapDays = integer(document, "gapDays").value_or(0);
  pain.newWithinDays = integer(document, "newWithinDays").value_or(0);
  pain.standAlone = readAll(pack, document["standAlone"], "/standAlone", file);
  return pain;
}

}  // namespace plumbline::rules::content
