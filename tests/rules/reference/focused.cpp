#include "tests/rules/reference/focused.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>

namespace plumbline::tests::reference {
namespace {

struct Wanted {
  std::set<std::string> findings;
  std::set<std::string> drugs;
};

void collect(const Json& criterion, Wanted& wanted) {
  if (criterion.IsString()) {
    wanted.findings.insert(criterion.GetString());
    return;
  }
  for (const char* one : {"present", "weak"}) {
    if (criterion.HasMember(one)) wanted.findings.insert(criterion[one].GetString());
  }
  if (criterion.HasMember("medication")) wanted.drugs.insert(criterion["medication"].GetString());
  if (criterion.HasMember("unless")) collect(criterion["unless"], wanted);
  for (const char* list : {"any", "all", "of"}) {
    if (!criterion.HasMember(list)) continue;
    for (const Json& each : criterion[list].GetArray()) collect(each, wanted);
  }
}

class Focus {
 public:
  Focus(const rules::Pack& pack, const Content& content, std::uint64_t seed)
      : pack_(pack), content_(content), draw_(seed), made_(generate(pack, seed)) {}

  Generated make() {
    if (chance(20)) {
      billedAgain();
    } else {
      aRule();
    }
    if (chance(33)) stress();
    if (chance(40)) {
      const std::array<const char*, 5> born{"2023-02-01", "2012-01-01", "1990-07-01", "1955", "1940-01-01"};
      made_.patient = std::string(R"({"born":")") + born[below(born.size())] + "\"}";
    }
    return std::move(made_);
  }

 private:
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(draw_() % limit); }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::string id() { return "f" + std::to_string(++ids_); }

  /// An element of a list of the content.
  const Json& one(const Json& list) { return list[static_cast<rapidjson::SizeType>(below(list.Size()))]; }

  static std::string spelled(const Json& code) {
    return std::string(code["system"].GetString()) + " " + code["code"].GetString();
  }

  const std::string& aPathway() { return content_.pathways()[below(content_.pathways().size())]; }

  Wanted ofSomeRule(const std::string& pathway) {
    Wanted wanted;
    collect(one(content_.pathway(pathway)["rules"])["when"], wanted);
    return wanted;
  }

  /// One code of each finding of a rule, written down at several visits, and a report of imaging between.
  void billedAgain() {
    const std::array<const char*, 8> visits{"-2d", "-9d", "-25d", "-60d", "-100d", "-200d", "-450d", "-900d"};
    const std::array<const char*, 4> reports{"-1d", "-5d", "-15d", "-40d"};
    const std::array<const char*, 5> clinical{"null", "null", R"("active")", R"("resolved")",
                                              R"("recurrence")"};
    const std::string pathway = aPathway();
    for (const std::string& id : ofSomeRule(pathway).findings) {
      const Json& finding = content_.finding(id);
      if (!finding.HasMember("codes")) continue;
      const std::string code = spelled(one(finding["codes"]));
      for (std::size_t left = 1 + below(3); left > 0; --left) {
        std::string entry = R"({"id":")" + this->id() + R"(","condition":")" + code + R"(",")";
        entry += std::string(chance(15) ? "onset" : "recorded") + R"(":")" + visits[below(visits.size())];
        add(entry + R"(","clinical":)" + clinical[below(clinical.size())] + "}");
      }
    }
    for (const Json* kind : content_.imaging()) {
      const auto covered = strings(*kind, "covers");
      if (std::find(covered.begin(), covered.end(), pathway) == covered.end() || !chance(50)) continue;
      add(R"({"id":")" + id() + R"(","report":")" + spelled(one((*kind)["codes"])) + R"(","at":")" +
          reports[below(reports.size())] + "\"}");
    }
  }

  void aRule() {
    const Wanted wanted = ofSomeRule(aPathway());
    const unsigned share = wanted.findings.size() > 4 ? 25 : 80;
    for (const std::string& finding : wanted.findings) {
      for (int tries = wanted.findings.size() == 1 ? 12 : 3; tries > 0; --tries) {
        if (chance(share)) add(evidenceEntry(pack_, pack_.findings[*pack_.find(finding)], draw_(), id()));
      }
    }
    for (const std::string& drug : wanted.drugs) {
      const auto& names = pack_.medications[*pack_.findMedication(drug)].names;
      const std::string name = names[below(names.size())];
      if (chance(80)) add("{\"id\":\"" + id() + "\",\"medication\":\"text " + name + "\",\"from\":\"-20d\"}");
    }
  }

  void stress() {
    std::vector<std::string> ids;
    for (const std::string& each : content_.findings()) {
      if (content_.finding(each).HasMember("stress")) ids.push_back(each);
    }
    for (std::size_t left = 1 + below(5); left > 0; --left) {
      std::set<std::string> answered;
      for (std::size_t n = 1 + below(3); n > 0; --n) answered.insert(ids[below(ids.size())]);
      std::string entry = "{\"id\":\"" + id() + "\",\"at\":\"-2d\",\"answers\":{";
      for (const std::string& each : answered)
        entry += (entry.back() == '{' ? "\"" : ",\"") + each + "\":\"" + (chance(85) ? "yes" : "no") + "\"";
      add(entry + "}}");
    }
  }

  void add(std::string entry) { made_.chart.push_back(std::move(entry)); }

  const rules::Pack& pack_;
  const Content& content_;
  std::mt19937_64 draw_;
  Generated made_;
  std::size_t ids_ = 0;
};

}  // namespace

Generated focused(const rules::Pack& pack, const Content& content, std::uint64_t seed) {
  return Focus(pack, content, seed).make();
}

}  // namespace plumbline::tests::reference
