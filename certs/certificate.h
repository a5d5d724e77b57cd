#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace plumbline::certs {

/// Until when each certificate of a PEM file is good, in the file's order; whatever else stands in it is
/// passed over. Empty when there is none or the file cannot be read.
std::vector<std::chrono::sys_seconds> expiries(const std::string& pemFile);

}  // namespace plumbline::certs
