#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace plumbline::certs {

/// A directory of certs/dev-certs.sh's making, gone with this object. PLUMBLINE_CERTS is where the script is.
class MadeCerts {
 public:
  explicit MadeCerts(const std::string& name = "a")
      : directory_(std::filesystem::temp_directory_path() /
                   ("plumbline-certs-" + name + "-" + std::to_string(::getpid()))) {
    const std::string command =
        "bash " PLUMBLINE_CERTS "/dev-certs.sh " + directory_.string() + " >/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("dev-certs.sh failed");  // NOLINT
  }
  MadeCerts(const MadeCerts&) = delete;
  MadeCerts& operator=(const MadeCerts&) = delete;
  ~MadeCerts() { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string file(const std::string& name) const { return directory_ / name; }

 private:
  std::filesystem::path directory_;
};

}  // namespace plumbline::certs
