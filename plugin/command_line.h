#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/bulk/evaluate.h"
#include "plugin/doctor/command.h"
#include "plugin/report/command.h"
#include "plugin/serve.h"

namespace plumbline {

/// What was said on the command line beside the command. Options may stand anywhere; what is left over are
/// files.
struct Arguments {
  ServeOptions serve;
  StoreOptions store;
  bulk::Options bulk;
  std::string cases;
  std::string terminology;
  std::string vendor;  ///< --for
  DoctorOptions doctor;
  std::vector<std::string> files;
  std::string problem;  ///< for which it is not taken; empty: none
};

/// Reads the arguments behind `command`: an option that it does not take, that lacks its value or has a wrong
/// one is a problem.
Arguments argumentsOf(std::string_view command, int count, char** values);

bool isHelp(std::string_view word);

/// The help of one command; empty where there is no such command.
std::string helpOf(std::string_view command);
/// The help of all.
std::string allHelp();

}  // namespace plumbline
