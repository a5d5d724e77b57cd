#include <utility>

#include "plugin/json_writer.h"
#include "plugin/report/render.h"

namespace plumbline::report {
namespace {

void counted(JsonWriter& out, const Group& group) {
  out.member("calls", group.calls);
  out.member("fired", group.fired);
  out.member("shown", group.shown);
  out.member("accepted", group.accepted);
  out.member("overridden", group.overridden);
  out.member("ignored", group.ignored);
  out.member("snoozed", group.snoozed);
  out.member("silent", group.silent);
}

void timed(JsonWriter& out, const Times& times) {
  const std::pair<const char*, double> all[] = {
      {"p50", times.p50}, {"p95", times.p95}, {"p99", times.p99}, {"slowest", times.slowest}};
  out.object("milliseconds", [&] {
    for (const auto& [name, value] : all) {
      out.text(name);
      out.raw({milliseconds(value)});
    }
  });
}

void list(JsonWriter& out, std::string_view key, std::string_view of, const std::vector<Group>& groups) {
  out.array(key, groups, [&](const Group& each) {
    out.StartObject();
    out.member(of, each.name);
    counted(out, each);
    if (each.time.slowest > 0) timed(out, each.time);
    out.EndObject();
  });
}

void list(JsonWriter& out, std::string_view key, std::string_view of, const std::vector<Count>& counts) {
  out.array(key, counts, [&](const Count& each) {
    out.StartObject();
    out.member(of, each.name);
    out.member("count", each.count);
    out.EndObject();
  });
}

/// Of a pathway on a day only what a curve is drawn of.
void days(JsonWriter& out, const std::vector<Day>& all) {
  out.array("days", all, [&](const Day& day) {
    out.StartObject();
    out.member("day", day.all.name);
    counted(out, day.all);
    out.object("pathways", [&] {
      for (const Group& each : day.byPathway) {
        out.text(each.name);
        out.StartObject();
        out.member("fired", each.fired);
        out.member("shown", each.shown);
        out.member("overridden", each.overridden);
        out.EndObject();
      }
    });
    out.EndObject();
  });
}

void contents(JsonWriter& out, const std::vector<Content>& all) {
  out.array("contents", all, [&](const Content& each) {
    out.StartObject();
    out.member("digest", each.digest);
    out.member("calls", each.calls);
    out.member("first", each.first);
    out.member("last", each.last);
    out.EndObject();
  });
}

void toReview(JsonWriter& out, const Figures& figures) {
  out.object("review", [&] {
    out.member("shown", figures.limits.shown);
    out.member("overriddenPercent", figures.limits.overriddenPercent);
    out.member("ignoredPercent", figures.limits.ignoredPercent);
    out.array("answers", figures.review, [&](const ToReview& each) {
      out.StartObject();
      out.member("answer", each.group.name);
      counted(out, each.group);
      if (!each.reason.empty()) {
        out.member("reason", each.reason);
        out.member("reasonCount", each.reasonCount);
      }
      out.EndObject();
    });
  });
}

}  // namespace

std::string asJson(const Figures& figures) {
  return jsonObject([&](JsonWriter& out) {
           if (!figures.scope.since.empty()) out.member("since", figures.scope.since);
           if (!figures.scope.until.empty()) out.member("until", figures.scope.until);
           if (figures.scope.client) out.member("client", *figures.scope.client);
           counted(out, figures.all);
           out.member("patients", figures.patients);
           out.member("repeated", figures.repeated);
           out.member("feedback", figures.feedback);
           out.member("quarantined", figures.quarantined);
           timed(out, figures.all.time);
           list(out, "byHook", "hook", figures.byHook);
           list(out, "byTier", "tier", figures.byTier);
           list(out, "byPathway", "pathway", figures.byPathway);
           days(out, figures.days);
           list(out, "clients", "client", figures.clients);
           contents(out, figures.contents);
           toReview(out, figures);
           list(out, "overrideReasons", "reason", figures.reasons);
           list(out, "unknown", "finding", figures.unknown);
           out.member("unknownOf", figures.unknownOf);
         }) +
         "\n";
}

}  // namespace plumbline::report
