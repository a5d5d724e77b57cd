#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/authored_json.h"

/// The build sheet: what an EHR's analysts type in, since most EHRs do not read /cds-services.
namespace plumbline::sheet {

/// What deploy/vendors/NAME.json says of one vendor. The meaning of every member is that of
/// deploy/vendors/vendor.schema.json.
struct Vendor {
  struct Source {
    std::string title, url, read;
  };
  struct Service {
    std::string id, when, source;
  };
  struct Note {
    std::string says, source;
  };
  struct Client {
    std::string issuer, jwksUrl, jkuListUrl;
    std::vector<std::string> algorithms;
  };

  std::string name;
  std::string profile;  ///< a name of hooks/profiles.h
  std::map<std::string, Source> sources;
  std::vector<Service> services;
  Client client;
  std::map<std::string, std::vector<Note>, std::less<>> notes;  ///< by section
  std::vector<std::string> ask;
};

/// Reads `directory`/NAME.json. Problems: what breaks the schema, a service or profile there is none of, a
/// source that is not listed, one that nothing names.
std::optional<Vendor> readVendor(const std::string& directory, const std::string& name,
                                 std::vector<fhir::Problem>& problems);

}  // namespace plumbline::sheet
