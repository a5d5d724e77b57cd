/// Latency at a load that is held steady, which wrk cannot do: CONNECTIONS clients together send RATE
/// requests a second, each on its schedule whether or not the one before was late, and each measured from
/// when it should have been sent.
///   paced PORT BODY-FILE RATE SECONDS CONNECTIONS
/// Prints p50, p99, p99.9 in ms and the number of answers that were not 200.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/plugin/http/client.h"

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  if (argc != 6) {
    std::fprintf(stderr, "usage: paced PORT BODY-FILE RATE SECONDS CONNECTIONS\n");
    return 2;
  }
  std::ifstream in(argv[2], std::ios::binary);
  const std::string body(std::istreambuf_iterator<char>(in), {});
  const std::string call = plumbline::http::post("/cds-services/plumbline-patient-view", body,
                                                 "Content-Type: application/json\r\n");
  const int connections = std::stoi(argv[5]);
  const auto between = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(connections / std::stod(argv[3])));
  const auto count = static_cast<long>(std::stod(argv[3]) * std::stod(argv[4]) / connections);

  std::atomic<long> refused{0};
  std::vector<std::vector<double>> times(static_cast<std::size_t>(connections));
  std::vector<std::thread> threads;
  const auto start = Clock::now();
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&, i] {
      plumbline::http::Client client(static_cast<std::uint16_t>(std::stoi(argv[1])));
      auto due = start + between * i / connections;
      for (long n = 0; n < count; ++n, due += between) {
        std::this_thread::sleep_until(due);
        client.say(call);
        if (!client.answer().starts_with("HTTP/1.1 200 ")) ++refused;
        times[static_cast<std::size_t>(i)].push_back(Milliseconds(Clock::now() - due).count());
      }
    });
  }
  for (auto& each : threads) each.join();

  std::vector<double> all;
  for (const auto& each : times) all.insert(all.end(), each.begin(), each.end());
  if (all.empty()) return 1;
  std::sort(all.begin(), all.end());
  const auto percentile = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  std::printf("%.3f %.3f %.3f %ld\n", percentile(0.5), percentile(0.99), percentile(0.999), refused.load());
  return 0;
}
