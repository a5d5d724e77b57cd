#include "plugin/pages/demo.h"

#include "plugin/explanation.h"
#include "plugin/offline.h"
#include "plugin/outcome.h"
#include "plugin/store/moment.h"

namespace plumbline::pages {

std::string demoClock(const Shown& shown) {
  return R"({"now":")" + store::written(shown.now) + "\"}\n";
}

http::Reply demoExplain(const Shown& shown, std::string_view body) {
  std::optional<http::Reply> reply;
  forEachChart(body, {shown.pack, shown.now}, [&](const Chart& chart) {
    if (reply) return;
    if (!chart.issues.empty()) {
      reply = outcome(400, chart.issues);
      return;
    }
    reply.emplace();
    reply->body = asJson(explanationOf(chart.assessment));
  });
  return reply ? *std::move(reply) : outcome(400, {{"invalid", "no chart in it", ""}});
}

}  // namespace plumbline::pages
