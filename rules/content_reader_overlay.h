#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fhir/authored_json.h"
#include "rules/overlay.h"

namespace plumbline::rules::content {

/// Puts a site's changes over the documents of the content while they are read. See rules/overlay.h.
class Overlaying {
 public:
  /// `directory`: of the overlay; empty: there is none, and nothing is changed.
  Overlaying(const std::string& directory, std::vector<fhir::Problem>& problems);

  /// Changes `document`, the content's file `name`, where the overlay has one of that name.
  void apply(const std::string& name, fhir::Authored& document);

  /// What was changed, when all files have been read. Reports files that stand for none of the content.
  Overlay finish();

  [[nodiscard]] bool none() const { return root_.empty(); }

 private:
  std::filesystem::path root_;
  std::vector<fhir::Problem>& problems_;
  std::vector<std::string> waiting_;  ///< its files that no document was read for yet
  Overlay overlay_;
};

}  // namespace plumbline::rules::content
