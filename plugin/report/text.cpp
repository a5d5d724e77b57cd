#include <cstdio>

#include "plugin/report/render.h"

namespace plumbline::report {
namespace {

constexpr std::size_t kName = 34;
constexpr std::size_t kNumber = 12;

std::string cell(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : " " + text;
}

std::string name(const std::string& text) {
  return "  " + text + std::string(text.size() < kName ? kName - text.size() : 1, ' ');
}

std::string line(const std::string& what, std::int64_t count, const std::string& more = "") {
  return name(what) + cell(std::to_string(count), kNumber) + (more.empty() ? "" : "  " + more) + "\n";
}

std::string table(const std::string& title, const std::vector<Group>& groups) {
  if (groups.empty()) return "";
  std::string text = "\n" + title + "\n" + name("");
  for (const char* each :
       {"calls", "with a card", "shown", "accepted", "overridden", "ignored", "snoozed", "would show"})
    text += cell(each, kNumber);
  for (const Group& each : groups) {
    text += "\n" + name(each.name);
    for (const auto count : {each.calls, each.fired, each.shown, each.accepted, each.overridden, each.ignored,
                             each.snoozed, each.silent})
      text += cell(std::to_string(count), kNumber);
  }
  return text + "\n";
}

std::string toReview(const Figures& figures) {
  std::string text = "\nTo revise or retire: " + reviewRule(figures.limits) + "\n";
  if (figures.review.empty()) return text + "  none\n";
  for (const ToReview& each : figures.review) {
    const Group& group = each.group;
    text += name(group.name) + std::to_string(group.shown) + " shown, " + std::to_string(group.accepted) +
            " accepted, " + std::to_string(group.overridden) + " overridden (" +
            share(group.overridden, group.shown) + "), " + std::to_string(group.ignored) + " ignored (" +
            share(group.ignored, group.shown) + ")";
    if (!each.reason.empty())
      text += "; most often: " + each.reason + " (" + std::to_string(each.reasonCount) + ")";
    text += "\n";
  }
  return text;
}

}  // namespace

std::string reviewRule(const ReviewLimits& limits) {
  return "shown at least " + std::to_string(limits.shown) + " times, and overridden at least " +
         std::to_string(limits.overriddenPercent) + " % or ignored at least " +
         std::to_string(limits.ignoredPercent) + " % of them";
}

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string share(std::int64_t count, std::int64_t of) {
  if (of == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100.0 * static_cast<double>(count) / static_cast<double>(of));
  return text;
}

std::string asText(const Figures& figures) {
  const Group& all = figures.all;
  std::string text =
      "Plumbline report" + (figures.scope.since.empty() ? "" : " since " + figures.scope.since) + "\n\n";
  text += line("calls", all.calls) + line("patients", figures.patients);
  text += line("calls with a card", all.fired, share(all.fired, all.calls) + " of calls");
  text += line("cards shown", all.shown) + line("accepted", all.accepted, share(all.accepted, all.shown));
  text += line("overridden", all.overridden, share(all.overridden, all.shown));
  text += line("ignored (no feedback so far)", all.ignored, share(all.ignored, all.shown));
  text += line("shown again on the same picture", figures.repeated, share(figures.repeated, all.shown));
  text += line("not shown: overridden before", all.snoozed);
  text += line("would have been shown (silent)", all.silent);
  text += line("feedback on unknown cards", figures.quarantined);
  text += name("time of a call, ms") + "  p50 " + milliseconds(figures.all.time.p50) + ", p95 " +
          milliseconds(figures.all.time.p95) + ", p99 " + milliseconds(figures.all.time.p99) + ", slowest " +
          milliseconds(figures.all.time.slowest) + "\n";
  text += table("By hook", figures.byHook) + table("By tier", figures.byTier) +
          table("By pathway", figures.byPathway);
  text += toReview(figures);
  if (!figures.reasons.empty()) text += "\nWhy cards were overridden\n";
  for (const Count& each : figures.reasons) text += line(each.name, each.count);
  if (!figures.unknown.empty()) text += "\nNot documented when a card was made\n";
  for (const Count& each : figures.unknown)
    text += line(each.name, each.count, share(each.count, figures.unknownOf));
  return text;
}

}  // namespace plumbline::report
