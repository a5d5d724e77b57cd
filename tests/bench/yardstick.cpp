/// What the libraries beneath Plumbline cost alone: the yardsticks of tests/bench/measure.py.
///   yardstick parse FILE          CPU µs for a whole validating parse of FILE: simdjson's DOM, RapidJSON's
///   yardstick verify ES384|RS384  verifications a second of one thread on OpenSSL, with the key kept
///   yardstick lines FILE JOBS     MB/s of simdjson parsing each line of FILE, by so many threads
/// Prints numbers on one line.
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <rapidjson/document.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using std::string;
using Clock = std::chrono::steady_clock;

string contents(const string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

double cpuMicroseconds() {
  timespec at{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) * 1e6 + static_cast<double>(at.tv_nsec) / 1e3;
}

/// CPU µs of `act`: the median of as many runs as half a second holds.
template <class Act>
double cost(Act act) {
  std::vector<double> times;
  for (const auto until = Clock::now() + std::chrono::milliseconds(500); Clock::now() < until;) {
    const double before = cpuMicroseconds();
    act();
    times.push_back(cpuMicroseconds() - before);
  }
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

void parse(const string& path) {
  const simdjson::padded_string padded(contents(path));
  simdjson::dom::parser parser;
  const double simd = cost([&] {
    if (parser.parse(padded).error() != simdjson::SUCCESS) throw std::runtime_error("not JSON: " + path);
  });
  const double rapid = cost([&] {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(padded.data(),
                                                                                           padded.size());
    if (document.HasParseError()) throw std::runtime_error("not JSON: " + path);
  });
  std::printf("%.1f %.1f\n", simd, rapid);
}

void verify(const string& name) {
  struct Freed {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  const std::unique_ptr<EVP_PKEY, Freed> key(name == "ES384" ? EVP_EC_gen("P-384") : EVP_RSA_gen(2048));
  const string text(600, 'x');
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::vector<unsigned char> signature(1024);
  std::size_t length = signature.size();
  {
    const std::unique_ptr<EVP_MD_CTX, Freed> context(EVP_MD_CTX_new());
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, bytes, text.size()) != 1) {
      throw std::runtime_error("OpenSSL does not sign");
    }
  }
  const double each = cost([&] {
    const std::unique_ptr<EVP_MD_CTX, Freed> context(EVP_MD_CTX_new());
    if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, key.get()) != 1 ||
        EVP_DigestVerify(context.get(), signature.data(), length, bytes, text.size()) != 1) {
      throw std::runtime_error("OpenSSL does not verify");
    }
  });
  std::printf("%.1f\n", 1e6 / each);
}

void lines(const string& path, int jobs) {
  const string text = contents(path);
  const auto parseShare = [&](int share) {
    simdjson::dom::parser parser;
    string line;
    int at = 0;
    for (std::size_t start = 0; start < text.size(); ++at) {
      const auto end = std::min(text.find('\n', start), text.size());
      if (at % jobs == share) {
        line.assign(text, start, end - start);
        line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
        if (parser.parse(line).error() != simdjson::SUCCESS) std::abort();
      }
      start = end + 1;
    }
  };
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < jobs; ++i) threads.emplace_back(parseShare, i);
  for (auto& each : threads) each.join();
  std::printf("%.1f\n", static_cast<double>(text.size()) / 1e6 /
                            std::chrono::duration<double>(Clock::now() - start).count());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "parse") {
    parse(words[1]);
  } else if (words.size() == 2 && words[0] == "verify") {
    verify(words[1]);
  } else if (words.size() == 3 && words[0] == "lines") {
    lines(words[1], std::stoi(words[2]));
  } else {
    std::fprintf(stderr, "usage: yardstick parse FILE | verify ES384|RS384 | lines FILE JOBS\n");
    return 2;
  }
  return 0;
}
