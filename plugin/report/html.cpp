#include <algorithm>

#include "plugin/report/render.h"

namespace plumbline::report {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Plumbline report</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2733 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid #d8dee5 }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere }
svg text { font: 13px system-ui, sans-serif; fill: #1c2733 }
</style></head><body>
<h1>Plumbline report</h1>
)";

/// Names of reasons come from others.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string row(std::string_view cell, const std::vector<std::string>& values) {
  std::string text = "<tr>";
  for (const auto& each : values)
    text += "<" + std::string(cell) + ">" + escaped(each) + "</" + std::string(cell) + ">";
  return text + "</tr>\n";
}

std::string heading(const std::string& text) {
  return "<h2>" + escaped(text) + "</h2>\n";
}

struct Bar {
  std::string name;
  std::int64_t value;
  std::string words;
};

/// Horizontal bars, the longest as wide as there is room.
std::string chart(const std::string& title, const std::vector<Bar>& bars) {
  constexpr std::int64_t kLeft = 300, kWidth = 520, kStep = 26, kBar = 16, kBaseline = 13;
  std::int64_t most = 1, y = 4;
  for (const Bar& each : bars) most = std::max(most, each.value);
  const std::int64_t height = kStep * static_cast<std::int64_t>(bars.size()) + y;
  std::string text = "<svg role=\"img\" aria-label=\"" + escaped(title) + "\" viewBox=\"0 0 960 " +
                     std::to_string(height) + "\">\n";
  for (const Bar& each : bars) {
    const std::int64_t width = std::max<std::int64_t>(each.value * kWidth / most, 1);
    const std::string at = std::to_string(y + kBaseline);
    text += "<text x=\"" + std::to_string(kLeft - 8) + "\" y=\"" + at + "\" text-anchor=\"end\">" +
            escaped(each.name) + "</text><rect x=\"" + std::to_string(kLeft) + "\" y=\"" + std::to_string(y) +
            "\" width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(kBar) +
            "\" fill=\"#3b6ea5\"/><text x=\"" + std::to_string(kLeft + width + 6) + "\" y=\"" + at + "\">" +
            escaped(each.words) + "</text>\n";
    y += kStep;
  }
  return text + "</svg>\n";
}

std::string groups(const std::string& title, const std::vector<Group>& list, std::int64_t calls, bool ofOwn) {
  if (list.empty()) return "";
  std::vector<Bar> bars;
  std::string rows = row("th", {"", "calls", "with a card", "shown", "accepted", "overridden", "ignored",
                                "snoozed", "would have been shown"});
  for (const Group& each : list) {
    bars.push_back({each.name, each.fired,
                    std::to_string(each.fired) + " (" + share(each.fired, ofOwn ? each.calls : calls) + ")"});
    rows +=
        row("td", {each.name, std::to_string(each.calls), std::to_string(each.fired),
                   std::to_string(each.shown), std::to_string(each.accepted), std::to_string(each.overridden),
                   std::to_string(each.ignored), std::to_string(each.snoozed), std::to_string(each.silent)});
  }
  return heading(title) + chart(title, bars) + "<table>\n" + rows + "</table>\n";
}

std::string counts(const std::string& title, const std::vector<Count>& list, std::int64_t of) {
  if (list.empty()) return "";
  std::vector<Bar> bars;
  for (const Count& each : list)
    bars.push_back({each.name, each.count, std::to_string(each.count) + " (" + share(each.count, of) + ")"});
  return heading(title) + chart(title, bars);
}

std::string toReview(const Figures& figures) {
  std::string text = heading("To revise or retire") + "<p>" + escaped(reviewRule(figures.limits)) + "</p>\n";
  if (figures.review.empty()) return text + "<p>None.</p>\n";
  text += "<table>\n" + row("th", {"", "shown", "accepted", "overridden", "ignored", "most frequent reason"});
  for (const ToReview& each : figures.review) {
    const Group& group = each.group;
    const auto of = [&](std::int64_t count) {
      return std::to_string(count) + " (" + share(count, group.shown) + ")";
    };
    text +=
        row("td", {group.name, std::to_string(group.shown), of(group.accepted), of(group.overridden),
                   of(group.ignored),
                   each.reason.empty() ? "" : each.reason + " (" + std::to_string(each.reasonCount) + ")"});
  }
  return text + "</table>\n";
}

std::string overview(const Figures& figures) {
  const Group& all = figures.all;
  std::string text = "<table>\n";
  const auto line = [&](const std::string& what, std::int64_t count, const std::string& more = "") {
    text += row("td", {what, std::to_string(count), more});
  };
  line("Calls", all.calls);
  line("Patients", figures.patients);
  line("Calls with a card", all.fired, share(all.fired, all.calls));
  line("Cards shown", all.shown);
  line("Accepted", all.accepted, share(all.accepted, all.shown));
  line("Overridden", all.overridden, share(all.overridden, all.shown));
  line("Ignored (no feedback so far)", all.ignored, share(all.ignored, all.shown));
  line("Shown again on the same picture", figures.repeated, share(figures.repeated, all.shown));
  line("Not shown because of an override", all.snoozed);
  line("Would have been shown (silent, pilot)", all.silent);
  line("Feedback on unknown cards", figures.quarantined);
  text += row("td", {"Time of a call: p50 / p95 / p99 / slowest",
                     milliseconds(figures.all.time.p50) + " / " + milliseconds(figures.all.time.p95) + " / " +
                         milliseconds(figures.all.time.p99) + " / " + milliseconds(figures.all.time.slowest),
                     "ms"});
  return text + "</table>\n";
}

}  // namespace

std::string asHtml(const Figures& figures) {
  const Group& all = figures.all;
  std::string page(kHead);
  if (!figures.scope.since.empty()) page += "<p>Since " + escaped(figures.scope.since) + "</p>\n";
  page += overview(figures);
  page += chart("What became of the cards", {{"accepted", all.accepted, share(all.accepted, all.shown)},
                                             {"overridden", all.overridden, share(all.overridden, all.shown)},
                                             {"ignored", all.ignored, share(all.ignored, all.shown)}});
  page += groups("Calls with a card by hook", figures.byHook, all.calls, true);
  page += groups("By tier", figures.byTier, all.calls, false);
  page += groups("By pathway", figures.byPathway, all.calls, false);
  page += toReview(figures);
  page += counts("Why cards were overridden", figures.reasons, all.overridden);
  page += counts("Not documented when a card was made", figures.unknown, figures.unknownOf);
  return page + "</body></html>\n";
}

}  // namespace plumbline::report
