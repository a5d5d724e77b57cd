// libFuzzer starts from folders, the driver without it from fuzzSeeds(): before a run, the seeds are laid
// into the folder that FUZZ_SEEDS names.
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>

extern "C" const char* const* fuzzSeeds(std::size_t* count);

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("FUZZ_SEEDS");
  if (!folder) return 0;
  std::size_t count = 0;
  const char* const* seeds = fuzzSeeds(&count);
  for (std::size_t i = 0; i < count; ++i)
    std::ofstream(std::string(folder) + "/seed-" + std::to_string(i), std::ios::binary) << seeds[i];
  return 0;
}
