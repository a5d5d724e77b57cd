/// Writes what tests/bench/measure.py sends: requests of 6 KB, 100 KB, 1 MB and 6 MB of coded data, as
/// DIR/6k.json …; with ALGORITHM and COUNT, that many tokens for the
/// bench's service, a line each, and the key set to check them with.
///   bodies DIR [ES384|RS384 COUNT]
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bench/charts.h"
#include "tests/certs/signer.h"

namespace {

using namespace plumbline;
using std::string;

void write(const std::filesystem::path& path, const string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

void tokens(const std::filesystem::path& directory, const string& algorithm, int count) {
  const certs::Signer signer(algorithm == "ES384" ? certs::Algorithm::ES384 : certs::Algorithm::RS384);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  string lines;
  for (int i = 0; i < count; ++i) {
    lines += signer.token(R"({"iss": ")" + algorithm +
                          R"(", "aud": "https://p.example/cds-services/plumbline-patient-view", "exp": )" +
                          std::to_string(now + 3600) + R"(, "iat": )" + std::to_string(now) +
                          R"(, "jti": ")" + std::to_string(i) + "\"}") +
             "\n";
  }
  write(directory / (algorithm + ".tokens"), lines);
  write(directory / (algorithm + ".jwks"), signer.jwks());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<string> words(argv + 1, argv + argc);
  if (words.size() != 1 && words.size() != 3) {
    std::fprintf(stderr, "usage: bodies DIR [ES384|RS384 COUNT]\n");
    return 2;
  }
  const std::filesystem::path directory = words[0];
  if (words.size() == 3) {
    tokens(directory, words[1], std::stoi(words[2]));
    return 0;
  }
  write(directory / "6k.json", bench::smallRequest());
  write(directory / "100k.json", bench::longRequest(100'000));
  write(directory / "1m.json", bench::longRequest(1'000'000));
  write(directory / "6m.json", bench::longRequest(6'000'000));
  return 0;
}
