#include "plugin/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <iterator>
#include <map>

#include "plugin/hooks/services.h"

namespace plumbline {
namespace {

constexpr double kSeconds[] = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.45};
constexpr int kUsualStatuses[] = {200, 400, 412};
constexpr rules::Tier kTiers[] = {rules::Tier::None,     rules::Tier::NotAssessable,   rules::Tier::Cleared,
                                  rules::Tier::Soon,     rules::Tier::StructuralFirst, rules::Tier::Urgent,
                                  rules::Tier::Emergency};

std::string textOf(const fetch::Counters& fetched) {
  std::string text =
      "# HELP plumbline_fhir_server_not_listed_total Requests that named a server not listed for their "
      "client\n"
      "# TYPE plumbline_fhir_server_not_listed_total counter\nplumbline_fhir_server_not_listed_total " +
      std::to_string(fetched.notListed.load()) +
      "\n# HELP plumbline_fhir_searches_total Queries by what became of them\n"
      "# TYPE plumbline_fhir_searches_total counter\n";
  for (std::size_t i = 0; i < fetched.searches.size(); ++i) {
    text += "plumbline_fhir_searches_total{result=\"" + std::string(fetch::kWhyWords[i].label) + "\"} " +
            std::to_string(fetched.searches[i].load()) + "\n";
  }
  return text;
}

}  // namespace

struct Metrics::Parts {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("plumbline_requests_total")
                                                          .Help("Calls of a CDS service by status")
                                                          .Register(registry);
  prometheus::Family<prometheus::Counter>& stripped =
      prometheus::BuildCounter()
          .Name("plumbline_requests_stripped_total")
          .Help("Calls without prefetch and authorization, as of an EHR with another address registered")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& tokens = prometheus::BuildCounter()
                                                        .Name("plumbline_token_refusals_total")
                                                        .Help("Tokens not taken, or taken again, by reason")
                                                        .Register(registry);
  prometheus::Family<prometheus::Counter>& assessments = prometheus::BuildCounter()
                                                             .Name("plumbline_assessments_total")
                                                             .Help("Assessments by tier")
                                                             .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("plumbline_request_seconds")
                                                           .Help("Own time of a call, without the network")
                                                           .Register(registry);
  prometheus::Family<prometheus::Gauge>& pack = prometheus::BuildGauge()
                                                    .Name("plumbline_pack_info")
                                                    .Help("1 for the content in force")
                                                    .Register(registry);
  prometheus::Family<prometheus::Gauge>& replayStore =
      prometheus::BuildGauge()
          .Name("plumbline_replay_store_up")
          .Help(
              "1 while replicas can tell each other which tokens were taken; 0: such tokens are answered 503")
          .Register(registry);

  /// The metrics of one service, looked up once: finding one by its labels costs more than counting.
  struct OfService {
    prometheus::Histogram* seconds = nullptr;
    std::map<int, prometheus::Counter*> requests;
    std::map<rules::Tier, prometheus::Counter*> assessments;
  };
  std::map<std::string, OfService, std::less<>> services;

  Parts() {
    for (const auto& service : hooks::services()) {
      const std::string id(service.id);
      OfService& own = services[id];
      own.seconds = &seconds.Add({{"service", id}}, prometheus::Histogram::BucketBoundaries(
                                                        std::begin(kSeconds), std::end(kSeconds)));
      for (const int status : kUsualStatuses) own.requests[status] = &requestsOf(id, status);
      for (const rules::Tier tier : kTiers) {
        own.assessments[tier] = &assessments.Add({{"service", id}, {"tier", std::string(name(tier))}});
      }
    }
  }

  prometheus::Counter& requestsOf(const std::string& service, int status) {
    return requests.Add({{"service", service}, {"status", std::to_string(status)}});
  }
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()) {}
Metrics::~Metrics() = default;

void Metrics::called(std::string_view serviceId, int status, rules::Tier tier,
                     std::chrono::nanoseconds took) {
  const auto found = parts_->services.find(serviceId);
  if (found == parts_->services.end()) return;
  const auto& [service, own] = *found;
  const auto requests = own.requests.find(status);
  (requests != own.requests.end() ? *requests->second : parts_->requestsOf(service, status)).Increment();
  if (status == 200) own.assessments.at(tier)->Increment();
  own.seconds->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::stripped(std::string_view serviceId) {
  parts_->stripped.Add({{"service", std::string(serviceId)}}).Increment();
}

void Metrics::refused(std::string_view why) {
  parts_->tokens.Add({{"reason", std::string(why)}}).Increment();
}

void Metrics::replayStore(bool up) {
  parts_->replayStore.Add({}).Set(up ? 1 : 0);
}

void Metrics::loaded(const std::string& packVersion, const std::string& packDigest) {
  for (auto& family : parts_->pack.Collect()) {
    for (auto& metric : family.metric) {
      prometheus::Labels labels;
      for (const auto& label : metric.label) labels[label.name] = label.value;
      parts_->pack.Add(labels).Set(0);
    }
  }
  parts_->pack.Add({{"version", packVersion}, {"digest", packDigest}}).Set(1);
}

std::string Metrics::text(const http::Counters& server, const store::StoreCounters* store,
                          const fetch::Counters* fetched) const {
  std::string text = prometheus::TextSerializer().Serialize(parts_->registry.Collect());
  const auto line = [&](std::string_view name, std::string_view kind, std::string_view help, auto value) {
    text += "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " + std::string(name) + " " +
            std::string(kind) + "\n" + std::string(name) + " " + std::to_string(value) + "\n";
  };
  line("plumbline_connections_open", "gauge", "Connections admitted and not yet closed", server.open.load());
  line("plumbline_connections_evicted_total", "counter", "Idle connections closed to make room",
       server.evicted.load());
  line("plumbline_connections_refused_total", "counter", "Clients answered 503 for want of a connection",
       server.refusedFull.load());
  if (fetched) text += textOf(*fetched);
  if (!store) return text;
  line("plumbline_store_writable", "gauge", "1 while the last write to the store succeeded",
       int{store->writable.load()});
  line("plumbline_store_failures_total", "counter", "Transactions that could not be written",
       store->failures.load());
  line("plumbline_store_calls_total", "counter", "Calls kept with their cards", store->calls.load());
  line("plumbline_store_calls_lost_total", "counter",
       "Calls not kept: the queue was full or the disk refused", store->callsLost.load());
  line("plumbline_feedback_total", "counter", "Feedback kept, each once", store->feedback.load());
  line("plumbline_feedback_repeated_total", "counter", "Feedback that was known already",
       store->repeated.load());
  line("plumbline_feedback_quarantined_total", "counter", "Feedback on a card that was not shown",
       store->quarantined.load());
  return text;
}

}  // namespace plumbline
