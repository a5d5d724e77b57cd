#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "fhir/json.h"
#include "plugin/fetch/url.h"
#include "plugin/fetch/why.h"

namespace plumbline::fetch {

/// A bearer token: text that is sent and wiped, and never printed (T8). Not copied.
class BearerToken {
 public:
  BearerToken() = default;
  explicit BearerToken(std::string_view text) : text_(text) {}
  BearerToken(BearerToken&& other) noexcept;
  BearerToken& operator=(BearerToken&&) = delete;
  ~BearerToken();

  /// Puts "Authorization: Bearer …" and the line's end behind `head`.
  void appendField(std::string& head) const;

 private:
  std::string text_;
};

/// Whether a token of this text may stand in a header: of the characters of RFC 6750's b64token, since a line
/// break would write header fields.
bool isBearer(std::string_view text);

/// Overwrites `text` so that what it held is not left in memory.
void wipe(std::string& text);

/// What a hook request allows: the server to ask and the token to show it.
struct Grant {
  Base server;
  BearerToken token;
};

/// Reads fhirServer and fhirAuthorization of a hook request. `listed` are the servers of the calling client.
/// Refusals: no fhirServer or no fhirAuthorization [NotOffered]; a server that is not listed [NotListed]; a
/// member of the authorization missing or of the wrong type, a token_type other than Bearer, a token with
/// characters a header may not carry [Unsound]; expires_in not above 0 [Expired]. R045, R049, R052, R054.
std::variant<Grant, Why> grantOf(fhir::Json request, std::span<const Base> listed);

}  // namespace plumbline::fetch
