#include <algorithm>
#include <chrono>

#include "plugin/hooks/services.h"
#include "plugin/json_writer.h"
#include "plugin/pages/console.h"
#include "plugin/report/render.h"
#include "plugin/store/moment.h"
#include "plugin/store/schema.h"

namespace plumbline::pages {
namespace {

/// A store of millions of rows takes seconds, while the service has calls to answer.
constexpr std::chrono::seconds kLongestCount{10};
constexpr std::size_t kDay = sizeof("2026-11-23") - 1;

std::string written(std::chrono::sys_days day) {
  return store::written(fhir::Instant(day)).substr(0, kDay);
}

/// The figures as JSON, or null and why.
void report(JsonWriter& out, const Console& console, const Period& period) {
  const auto until = std::chrono::steady_clock::now() + kLongestCount;
  const report::Scope scope{store::written(fhir::Instant(period.from)),
                            store::written(fhir::Instant(period.to + std::chrono::days(1))), period.client};
  std::string figures = "null", problem;
  try {
    if (!console.store) throw store::StoreError("nothing is kept");
    store::Database database(console.store->place(), store::Database::Mode::ReadOnly);
    store::requireSchema(database);
    database.endBy(until);
    figures = asJson(report::collect(database, scope, console.options.review));
  } catch (const store::StoreError& error) {
    problem = std::chrono::steady_clock::now() < until
                  ? std::string("the store cannot be read: ") + error.what()
                  : "counting took longer than 10 seconds; ask for a shorter period";
  }
  if (!problem.empty()) out.member("problem", problem);
  out.text("report");
  out.raw({figures});
}

void names(JsonWriter& out, const rules::Pack& pack) {
  const auto name = [&](const std::string& id, const std::string& words) {
    out.text(id);
    out.text(words);
  };
  out.object("names", [&] {
    out.object("pathways", [&] {
      for (const auto& each : pack.pathways) name(each.id, each.title);
    });
    out.object("redFlags", [&] {
      for (const auto& each : pack.findings) {
        if (each.isRedFlag()) name(each.id, each.name);
      }
    });
    out.object("reasons", [&] {
      for (const auto& each : pack.overrides) name(each.system + " " + each.code, each.display);
    });
  });
}

/// How far each answer of each service is brought out.
void rollout(JsonWriter& out, const Rollout& rollout, const rules::Pack& pack) {
  out.object("rollout", [&] {
    out.array("hooks", hooks::services(), [&](const hooks::Service& each) { out.text(each.hookName); });
    out.array("answers", answersOf(pack), [&](std::string_view answer) {
      out.StartObject();
      out.member("answer", answer);
      out.array("modes", hooks::services(),
                [&](const hooks::Service& each) { out.text(name(modeOf(rollout, each.id, answer))); });
      out.EndObject();
    });
    out.object("pilot", [&] {
      out.member("percent", std::int64_t{rollout.pilot.percent});
      out.member("places", static_cast<std::int64_t>(rollout.pilot.places.size()));
    });
  });
}

std::int64_t number(const std::atomic<std::uint64_t>& counter) {
  return static_cast<std::int64_t>(counter.load());
}

void health(JsonWriter& out, const Console& console) {
  out.object("health", [&] {
    out.flag("ready", console.ready);
    if (console.options.certificateUntil)
      out.member("certificateUntil", store::written(*console.options.certificateUntil));
    if (console.store) {
      const store::StoreCounters& counters = console.store->counters();
      out.object("store", [&] {
        out.flag("writable", counters.writable);
        out.member("calls", number(counters.calls));
        out.member("callsLost", number(counters.callsLost));
        out.member("failures", number(counters.failures));
        out.member("feedback", number(counters.feedback));
        out.member("repeated", number(counters.repeated));
        out.member("quarantined", number(counters.quarantined));
      });
    }
    out.object("searches", [&] {
      for (std::size_t i = 0; i < fetch::kWhys; ++i)
        out.member(fetch::kWhyWords[i].label, number(console.fetched.searches[i]));
    });
    out.member("serverNotListed", number(console.fetched.notListed));
  });
}

}  // namespace

std::string consoleJson(const Console& console, const Period& period) {
  const rules::Pack& pack = console.shown.pack;
  return jsonObject([&](JsonWriter& out) {
           out.member("now", store::written(console.shown.now));
           out.flag("demo", console.shown.demo);
           out.member("from", written(period.from));
           out.member("to", written(period.to));
           if (period.client) out.member("client", *period.client);
           out.object("pack", [&] {
             out.member("version", pack.version);
             out.member("status", pack.status);
             out.member("digest", pack.digest);
           });
           names(out, pack);
           out.array("clients", console.options.clients, [&](const Client& each) {
             out.StartObject();
             out.member("client", each.name);
             out.member("profile", each.profile);
             out.EndObject();
           });
           rollout(out, console.rollout, pack);
           health(out, console);
           report(out, console, period);
         }) +
         "\n";
}

}  // namespace plumbline::pages
