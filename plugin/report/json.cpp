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

void list(JsonWriter& out, std::string_view key, std::string_view of, const std::vector<Group>& groups) {
  out.array(key, groups, [&](const Group& each) {
    out.StartObject();
    out.member(of, each.name);
    counted(out, each);
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
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  if (!figures.since.empty()) out.member("since", figures.since);
  counted(out, figures.all);
  out.member("patients", figures.patients);
  out.member("repeated", figures.repeated);
  out.member("feedback", figures.feedback);
  out.member("quarantined", figures.quarantined);
  out.text("milliseconds");
  out.StartObject();
  const std::pair<const char*, double> times[] = {
      {"p50", figures.p50}, {"p95", figures.p95}, {"p99", figures.p99}, {"slowest", figures.slowest}};
  for (const auto& [name, value] : times) {
    out.text(name);
    out.raw({milliseconds(value)});
  }
  out.EndObject();
  list(out, "byHook", "hook", figures.byHook);
  list(out, "byTier", "tier", figures.byTier);
  list(out, "byPathway", "pathway", figures.byPathway);
  toReview(out, figures);
  list(out, "overrideReasons", "reason", figures.reasons);
  list(out, "unknown", "finding", figures.unknown);
  out.member("unknownOf", figures.unknownOf);
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace plumbline::report
