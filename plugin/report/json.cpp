#include <utility>

#include "plugin/json_writer.h"
#include "plugin/report/render.h"

namespace plumbline::report {
namespace {

void member(JsonWriter& out, std::string_view name, std::int64_t value) {
  out.text(name);
  out.Int64(value);
}

void counted(JsonWriter& out, const Group& group) {
  member(out, "calls", group.calls);
  member(out, "fired", group.fired);
  member(out, "shown", group.shown);
  member(out, "accepted", group.accepted);
  member(out, "overridden", group.overridden);
  member(out, "ignored", group.ignored);
  member(out, "snoozed", group.snoozed);
  member(out, "silent", group.silent);
}

void list(JsonWriter& out, std::string_view key, std::string_view of, const std::vector<Group>& groups) {
  out.text(key);
  out.StartArray();
  for (const Group& each : groups) {
    out.StartObject();
    out.text(of);
    out.text(each.name);
    counted(out, each);
    out.EndObject();
  }
  out.EndArray();
}

void list(JsonWriter& out, std::string_view key, std::string_view of, const std::vector<Count>& counts) {
  out.text(key);
  out.StartArray();
  for (const Count& each : counts) {
    out.StartObject();
    out.text(of);
    out.text(each.name);
    member(out, "count", each.count);
    out.EndObject();
  }
  out.EndArray();
}

void toReview(JsonWriter& out, const Figures& figures) {
  out.text("review");
  out.StartObject();
  member(out, "shown", figures.limits.shown);
  member(out, "overriddenPercent", figures.limits.overriddenPercent);
  member(out, "ignoredPercent", figures.limits.ignoredPercent);
  out.text("answers");
  out.StartArray();
  for (const ToReview& each : figures.review) {
    out.StartObject();
    out.text("answer");
    out.text(each.group.name);
    counted(out, each.group);
    if (!each.reason.empty()) {
      out.text("reason");
      out.text(each.reason);
      member(out, "reasonCount", each.reasonCount);
    }
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

}  // namespace

std::string asJson(const Figures& figures) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  if (!figures.since.empty()) {
    out.text("since");
    out.text(figures.since);
  }
  counted(out, figures.all);
  member(out, "patients", figures.patients);
  member(out, "repeated", figures.repeated);
  member(out, "feedback", figures.feedback);
  member(out, "quarantined", figures.quarantined);
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
  member(out, "unknownOf", figures.unknownOf);
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace plumbline::report
