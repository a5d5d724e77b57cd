#pragma once

#include <array>
#include <string_view>

namespace plumbline::fetch {

/// Why a key was not fetched, or not to its end.
enum class Why {
  None,         ///< it was fetched
  Off,          ///< nothing is fetched here
  NotOffered,   ///< the request names no server or brings no token
  NotListed,    ///< the server is not one of the client's; it was not contacted
  Unsound,      ///< fhirAuthorization lacks a member or has a wrong one
  Expired,      ///< the token has
  NoContext,    ///< the query needs something that the hook's context does not have
  NotSearched,  ///< the client's profile has no query for it
  Paused,       ///< the server has not answered lately and is left alone
  Busy,         ///< too many searches or bytes are under way
  NoAddress,    ///< its name leads to an address that may not be connected to, or to none
  Unreachable,  ///< no connection, or one that broke
  Late,         ///< not within the budget
  Denied,       ///< 401 or 403
  Refused,      ///< any other status but 200, redirects among them
  TooLarge,     ///< more bytes than a chart may have
  Unusable      ///< not HTTP, compressed, not JSON, or not the resource that was asked for
};

inline constexpr std::size_t kWhys = static_cast<std::size_t>(Why::Unusable) + 1;

/// A label for metrics and a phrase for an administrator, which follows on "… and ".
struct WhyWords {
  std::string_view label, phrase;
};
inline constexpr std::array<WhyWords, kWhys> kWhyWords{{
    {"fetched", "was fetched"},
    {"off", "nothing is fetched here"},
    {"not-offered", "the request offers no fhirServer with fhirAuthorization to fetch it from"},
    {"not-listed", "fhirServer is not listed for this client"},
    {"unsound", "fhirAuthorization is not complete"},
    {"expired", "the token of fhirAuthorization has expired"},
    {"no-context", "the context lacks what the query needs"},
    {"not-searched", "this client is not asked for it"},
    {"paused", "the FHIR server has not answered lately"},
    {"busy", "too much is being fetched"},
    {"address", "the FHIR server's name leads to no address that may be connected to"},
    {"unreachable", "the FHIR server could not be reached"},
    {"late", "the FHIR server did not answer in time"},
    {"denied", "the FHIR server denied access"},
    {"refused", "the FHIR server refused the query"},
    {"too-large", "the FHIR server's answer is too large"},
    {"unusable", "the FHIR server's answer is not what was asked for"},
}};

inline const WhyWords& words(Why why) {
  return kWhyWords[static_cast<std::size_t>(why)];
}

}  // namespace plumbline::fetch
