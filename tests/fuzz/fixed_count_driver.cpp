// Runs a fuzz target on a fixed number of mutated seeds where libFuzzer is not at hand, the same inputs each
// time; or on files, such as what libFuzzer found.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
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

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  const long runs = argc > 1 ? std::atol(argv[1]) : 0;
  if (runs <= 0 && argc < 3) {
    std::fprintf(stderr, "usage: %s RUNS [FILE…]\n", argv[0]);
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    run({std::istreambuf_iterator<char>(in), {}});
  }
  std::size_t seedCount = 0;
  const char* const* seeds = fuzzSeeds(&seedCount);
  std::mt19937 random(1);
  for (long i = 0; i < runs; ++i) run(mutated(seeds[random() % seedCount], random));
  std::printf("%ld inputs, %d files\n", runs, argc - 2);
  return 0;
}
