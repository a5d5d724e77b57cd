/// What good clients keep of the service while others misuse it: while tokens with wrong signatures come at
/// five times what a core can verify, and while 500 clients send a byte now and then. Prints a Markdown
/// table. On a quiet machine: cmake --preset release -DPLUMBLINE_BENCH=ON, build `hostile` and `plumbline`,
/// run it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/charts.h"
#include "tests/certs/signer.h"
#include "tests/e2e/program.h"
#include "tests/plugin/http/client.h"

namespace {

using namespace plumbline;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using certs::Algorithm;
using certs::Signer;
using std::string;

const string kPath = "/cds-services/plumbline-patient-view";
constexpr auto kTime = 5s;
constexpr int kGood = 2, kBad = 8, kSlow = 500;
constexpr int kBadPerSecond = 4'500;  // an ES384 verification takes 1.1 ms of a core

string tokenOf(const Signer& signer, const string& id) {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  return signer.token(R"({"iss": "i", "aud": "https://p.example)" + kPath + R"(", "exp": )" +
                      std::to_string(now + 900) + R"(, "iat": )" + std::to_string(now) + R"(, "jti": ")" +
                      id + "\"}");
}

string callOf(const string& token, const string& body) {
  return http::post(kPath, body, "Content-Type: application/json\r\nAuthorization: Bearer " + token + "\r\n");
}

struct Seen {
  double perSecond = 0;
  double p99 = 0;  // ms
  long refused = 0;
};

/// Good clients, each on a connection of its own, as fast as they are answered.
Seen goodClients(std::uint16_t port, const std::vector<std::vector<string>>& calls) {
  std::vector<std::vector<double>> times(calls.size());
  std::atomic<long> refused{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    threads.emplace_back([&, i] {
      http::Client client(port);
      const auto until = Clock::now() + kTime;
      for (const string& each : calls[i]) {
        const auto start = Clock::now();
        if (start > until) break;
        client.say(each);
        if (!client.answer().starts_with("HTTP/1.1 200 ")) ++refused;
        times[i].push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
      }
    });
  }
  for (auto& each : threads) each.join();
  std::vector<double> all;
  for (const auto& each : times) all.insert(all.end(), each.begin(), each.end());
  std::sort(all.begin(), all.end());
  const double seconds = std::chrono::duration<double>(kTime).count();
  return {static_cast<double>(all.size()) / seconds, all.empty() ? 0 : all[all.size() * 99 / 100], refused};
}

/// Does something on `count` threads until it is told to stop.
class Crowd {
 public:
  template <class Act>
  Crowd(int count, Act act) {
    for (int i = 0; i < count; ++i) threads_.emplace_back([this, act, i] { act(stop_, i); });
  }
  ~Crowd() {
    stop_ = true;
    for (auto& each : threads_) each.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

void row(const char* what, const Seen& seen, const Seen& alone) {
  std::printf("| %s | %.0f | %.0f %% | %.1f | %ld |\n", what, seen.perSecond,
              100 * seen.perSecond / alone.perSecond, seen.p99, seen.refused);
  std::fflush(stdout);
}

}  // namespace

int main() {
  namespace fs = std::filesystem;
  const fs::path directory = fs::temp_directory_path() / ("plumbline-hostile-" + std::to_string(::getpid()));
  fs::create_directories(directory);
  const Signer signer(Algorithm::ES384), stranger(Algorithm::ES384);
  std::ofstream(directory / "keys.json") << signer.jwks();
  std::ofstream(directory / "plumbline.jsonc") << R"({"listen": {"port": 0}, "baseUrl": "https://p.example",
    "store": {"path": "data"}, "rollout": {"default": "on"}, "development": {"allowPlainHttp": true},
    "limits": {"clientRequestsPerSecond": 0},
    "clients": [{"name": "ehr", "issuer": "i", "jwksFile": "keys.json"}]})";
  e2e::Program program({"serve", "--config", directory / "plumbline.jsonc"}, directory / "stderr");
  const string ready = program.line();
  const auto port = static_cast<std::uint16_t>(std::stoi(ready.substr(ready.rfind(':') + 1)));
  const string body = bench::smallRequest();
  int made = 0;
  const auto fresh = [&] {
    std::vector<std::vector<string>> calls(kGood);
    for (auto& each : calls) {
      for (int i = 0; i < 4'000; ++i) each.push_back(callOf(tokenOf(signer, std::to_string(++made)), body));
    }
    return calls;
  };
  std::printf("| while | good calls/s | of normal | p99 ms | refused |\n|---|---|---|---|---|\n");
  const Seen alone = goodClients(port, fresh());
  row("nothing else happens", alone, alone);
  const string bad = callOf(tokenOf(stranger, "bad"), "{}");
  std::atomic<long> sent{0};
  {
    const auto calls = fresh();
    Crowd flood(kBad, [&](const std::atomic<bool>& stop, int) {
      http::Client client(port);
      for (auto next = Clock::now(); !stop;
           next += std::chrono::microseconds(1'000'000 * kBad / kBadPerSecond)) {
        std::this_thread::sleep_until(next);
        client.say(bad);
        if (!client.answer().empty()) ++sent;
      }
    });
    row("bad tokens flood", goodClients(port, calls), alone);
  }
  std::printf("\n%ld bad tokens a second were answered\n\n",
              sent.load() / std::chrono::seconds(kTime).count());
  {
    const auto calls = fresh();
    std::vector<http::Client> slow;
    for (int i = 0; i < kSlow; ++i) slow.emplace_back(port);
    Crowd dribble(1, [&](const std::atomic<bool>& stop, int) {
      const string request = callOf("x", string(5'000, 'x'));
      for (std::size_t at = 0; !stop; ++at) {
        for (const auto& each : slow) each.say(request.substr(at, 1));
        std::this_thread::sleep_for(50ms);
      }
    });
    row("500 clients dribble", goodClients(port, calls), alone);
  }
  fs::remove_all(directory);
  return 0;
}
