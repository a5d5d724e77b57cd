// Runs a fuzz target on a fixed number of mutated seeds where libFuzzer is not at hand, the same inputs each
// time.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" const char* const* fuzzSeeds(std::size_t* count);

namespace {

std::string mutated(std::string input, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (std::size_t steps = below(6); steps > 0; --steps) {
    const std::size_t at = below(input.size() + 1);
    switch (random() % 4) {
      case 0: input.insert(at, 1, static_cast<char>(random() % 256)); break;
      case 1: input.erase(at, below(4) + 1); break;
      case 2:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << (random() % 8)));
        break;
      default: input.insert(at, input.substr(below(input.size() + 1), below(16)));
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  const long runs = argc > 1 ? std::atol(argv[1]) : 0;
  if (runs <= 0) {
    std::fprintf(stderr, "usage: %s RUNS\n", argv[0]);
    return 2;
  }
  std::size_t seedCount = 0;
  const char* const* seeds = fuzzSeeds(&seedCount);
  std::mt19937 random(1);
  for (long run = 0; run < runs; ++run) {
    const std::string input = mutated(seeds[random() % seedCount], random);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
  std::printf("%ld inputs\n", runs);
  return 0;
}
