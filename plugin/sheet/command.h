#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline {

struct SheetOptions {
  std::optional<std::string>
      configFile;  ///< whose addresses, client and limits stand in it; none: placeholders
  std::string vendor;
};

/// Prints the build sheet of sheet/sheet.h. False where configuration, content or the vendor's file cannot be
/// read; what is wrong goes to `errors`.
bool printSheet(const SheetOptions& options, std::ostream& out, std::ostream& errors);

namespace sheet {

bool isVendor(std::string_view name);
/// "epic|oracle|athena"
std::string vendors();

}  // namespace sheet
}  // namespace plumbline
