#include "plugin/auth/client_keys.h"

#include <utility>

#include "fhir/json.h"
#include "plugin/auth/fetch_document.h"
#include "plugin/file.h"

namespace plumbline::auth {
namespace {

/// Key sets one list may lead to; Oracle has a handful of regions.
constexpr std::size_t kMostListed = 64;

using Ban = bool (*)(const certs::Key&);

Ban banOf(const Development& development) {
  return development.any() ? [](const certs::Key&) { return false; } : certs::isPublishedOrDevelopment;
}

void collect(fhir::Json value, std::set<std::string, std::less<>>& into) {
  std::string_view text;
  simdjson::dom::array items;
  simdjson::dom::object members;
  if (value.get(text) == simdjson::SUCCESS) {
    if (text.find("://") != std::string_view::npos) into.emplace(text);
  } else if (value.get(items) == simdjson::SUCCESS) {
    for (const fhir::Json each : items) collect(each, into);
  } else if (value.get(members) == simdjson::SUCCESS) {
    for (const auto& each : members) collect(each.value, into);
  }
}

std::optional<certs::KeySet> readKeys(std::string_view text, const std::string& of,
                                      const Fetching& fetching) {
  auto keys = certs::KeySet::parse(text, banOf(fetching.development));
  if (!keys) return std::nullopt;
  for (const auto& each : keys->refusals()) fetching.log("keys of " + of + ": left out " + each);
  return keys;
}

}  // namespace

std::set<std::string, std::less<>> addressesIn(std::string_view json) {
  std::set<std::string, std::less<>> found;
  if (const auto document = fhir::JsonDocument::parse(json)) collect(document->root(), found);
  return found;
}

ClientKeys::ClientKeys(const Client& client, const Fetching& fetching, fhir::Problem place,
                       std::vector<fhir::Problem>& problems)
    : name_(client.name), source_(client.keys), fetching_(fetching) {
  if (source_.kind != KeySource::Kind::File) {
    document_ = remote(source_.where, source_.kind);
    return;
  }
  const auto text = contentsOf(source_.where);
  auto keys = text ? readKeys(*text, name_, fetching_) : std::nullopt;
  if (keys && keys->size() > 0) {
    file_ = std::make_shared<const certs::KeySet>(*std::move(keys));
    return;
  }
  const char* const why = !text ? "cannot be read" : !keys ? "is no key set" : "holds no key that may verify";
  place.message = source_.where + " " + why;
  problems.push_back(std::move(place));
}

std::shared_ptr<RemoteDocument> ClientKeys::remote(const std::string& url, KeySource::Kind kind) {
  return std::make_shared<RemoteDocument>([this, url, kind]() -> std::optional<Published> {
    std::string why;
    const auto text = fetchDocument(url, fetching_.authority, certs::KeySet::kMaxBytes, why);
    Published published;
    if (text && kind == KeySource::Kind::JkuList) {
      published.addresses = addressesIn(*text);
    } else if (text) {
      published.keys = readKeys(*text, name_, fetching_);
      if (!published.keys) why = "is no key set";
    }
    if (why.empty()) return published;
    fetching_.log("keys of " + name_ + ": " + url + " " + why);
    return std::nullopt;
  });
}

HeldKey ClientKeys::keyFor(const certs::Token& token) {
  if (file_) return {file_, file_->find(token.kid)};
  if (source_.kind == KeySource::Kind::JkuList) return listed(token);
  if (token.jku && *token.jku != source_.where) return {};
  auto found = document_->with(token.kid);
  const certs::Key* key = found ? found->keys->find(token.kid) : nullptr;
  return {std::move(found), key};
}

HeldKey ClientKeys::listed(const certs::Token& token) {
  if (!token.jku || !problemOfUrl(*token.jku, fetching_.development).empty() || !document_->with(*token.jku))
    return {};
  std::shared_ptr<RemoteDocument> keys;
  {
    const std::lock_guard lock(mutex_);
    auto& known = listed_[*token.jku];
    if (!known && listed_.size() > kMostListed) {
      listed_.erase(*token.jku);
      return {};
    }
    if (!known) known = remote(*token.jku, KeySource::Kind::Url);
    keys = known;
  }
  auto found = keys->with(token.kid);
  const certs::Key* key = found ? found->keys->find(token.kid) : nullptr;
  return {std::move(found), key};
}

}  // namespace plumbline::auth
