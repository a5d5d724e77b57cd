#include "certs/key_set.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <variant>

#include "certs/base64url.h"
#include "certs/freed.h"
#include "certs/json.h"

namespace plumbline::certs {
namespace {

using rapidjson::Value;
using Why = std::string_view;  ///< fixed text
template <class T>
using Read = std::variant<T, Why>;

using Bignum = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;  // more would let a published key cost us time

struct Curve {
  std::string_view name;
  Key::Kind kind;
  std::size_t bytes;  ///< of a coordinate
};
constexpr std::array<Curve, 3> kCurves{
    {{"P-256", Key::Kind::P256, 32}, {"P-384", Key::Kind::P384, 48}, {"P-521", Key::Kind::P521, 66}}};

constexpr std::string_view kDevelopmentKid = "plumbline-development";

/// By thumbprint. Their private halves stand where the comments say.
constexpr std::array<std::string_view, 6> kPublished{
    "-UtOymI2Z0XB5SZogEZu3s5oMyQ4YaewHtR9huroTQs",  // CDS Hooks, the example of its security section
    "s9fOe-KDYD1myZ8YCzleUqJQgrYZL49kVijBxhnZvZc",  // the CDS Hooks sandbox
    "RBFgQFFUIf4hfG8iUUZrf3vFZ_V2r3YRGPx9nKJXk5M",  // the Da Vinci CRD test kit, EC
    "Q7fgcIzqt0bVAKsWaw_FyUFSDDpOTfsGdGtjJmAnzFY",  // the Da Vinci CRD test kit, RSA
    "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",  // RFC 7515, A.3
    "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",  // RFC 7517, A.1
};

std::string thumbprintOf(const std::string& canonical) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(canonical.data()), canonical.size(), digest.data());
  return toBase64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::shared_ptr<EVP_PKEY> built(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  std::shared_ptr<EVP_PKEY> owned(key, EVP_PKEY_free);
  const Context check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return check && EVP_PKEY_public_check(check.get()) == 1 ? owned : nullptr;
}

std::optional<std::string> bytesOf(const Value& jwk, std::string_view name) {
  const auto encoded = text(jwk, name);
  return encoded ? fromBase64url(*encoded) : std::nullopt;
}

Read<Key> readEc(const Value& jwk) {
  const auto name = text(jwk, "crv");
  const auto* curve =
      std::find_if(kCurves.begin(), kCurves.end(), [&](const Curve& each) { return each.name == name; });
  if (curve == kCurves.end()) return Why("its curve is none of P-256, P-384, P-521");
  const auto x = bytesOf(jwk, "x"), y = bytesOf(jwk, "y");
  if (!x || !y || x->size() != curve->bytes || y->size() != curve->bytes)
    return Why("its coordinates are not of the length of its curve");
  const std::string point = '\x04' + *x + *y;
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->name.data(),
                                  curve->name.size());
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  Key key;
  key.kind = curve->kind;
  key.thumbprint = thumbprintOf(R"({"crv":")" + *name + R"(","kty":"EC","x":")" + toBase64url(*x) +
                                R"(","y":")" + toBase64url(*y) + R"("})");
  key.key = built("EC", builder.get());
  if (!key.key) return Why("it is not a point of its curve");
  return key;
}

Bignum numberOf(const std::string& bytes) {
  return Bignum(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(bytes.size()), nullptr));
}

Read<Key> readRsa(const Value& jwk) {
  auto n = bytesOf(jwk, "n"), e = bytesOf(jwk, "e");
  if (!n || !e || n->size() > kMostRsaBits / 8 + 1) return Why("its modulus or exponent cannot be read");
  for (std::string* each : {&*n, &*e}) each->erase(0, each->find_first_not_of('\0'));
  const Bignum modulus = numberOf(*n), exponent = numberOf(*e);
  const int bits = BN_num_bits(modulus.get());
  if (bits < kLeastRsaBits || bits > kMostRsaBits)
    return Why("it is RSA of less than 2048 or more than 8192 bits");
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) || BN_num_bits(exponent.get()) > 64)
    return Why("its exponent is unsound");
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  Key key;
  key.kind = Key::Kind::Rsa;
  key.thumbprint =
      thumbprintOf(R"({"e":")" + toBase64url(*e) + R"(","kty":"RSA","n":")" + toBase64url(*n) + R"("})");
  key.key = built("RSA", builder.get());
  if (!key.key) return Why("it is no sound RSA key");
  return key;
}

/// Whether the document means this key for verifying, as far as it says.
bool isForVerifying(const Value& jwk) {
  if (member(jwk, "use") && text(jwk, "use") != "sig") return false;
  const Value* operations = member(jwk, "key_ops");
  if (!operations) return true;
  if (!operations->IsArray()) return false;
  const auto found = std::find_if(operations->Begin(), operations->End(), [](const Value& each) {
    return each.IsString() && std::string_view(each.GetString(), each.GetStringLength()) == "verify";
  });
  return found != operations->End();
}

Read<Key> readKey(const Value& jwk, bool (*banned)(const Key&)) {
  if (!jwk.IsObject() || hasKeyTwice(jwk)) return Why("it is no object, or says a thing twice");
  const auto kid = text(jwk, "kid"), kty = text(jwk, "kty");
  if (!kid || kid->empty()) return Why("it has no kid");
  if (!isForVerifying(jwk)) return Why("it is not for verifying");
  if (kty == "oct" || member(jwk, "k")) return Why("it is symmetric");
  for (const std::string_view secret : {"d", "p", "q", "dp", "dq", "qi", "oth"}) {
    if (member(jwk, secret)) return Why("it shows its private half");
  }
  if (kty != "EC" && kty != "RSA") return Why("its kty is neither EC nor RSA");
  auto read = kty == "EC" ? readEc(jwk) : readRsa(jwk);
  auto* key = std::get_if<Key>(&read);
  if (!key) return read;
  key->kid = *kid;
  if (banned(*key)) return Why("its private half is published, or it is for development only");
  if (!member(jwk, "alg")) return read;
  const auto named = text(jwk, "alg");
  key->only = named ? algorithm(*named) : std::nullopt;
  if (!key->only || !key->fits(*key->only)) return Why("its alg does not fit it");
  return read;
}

}  // namespace

bool Key::fits(Algorithm algorithm) const {
  if (only && *only != algorithm) return false;
  switch (algorithm) {
    case Algorithm::ES256: return kind == Kind::P256;
    case Algorithm::ES384: return kind == Kind::P384;
    case Algorithm::ES512: return kind == Kind::P521;
    default: return kind == Kind::Rsa;
  }
}

bool isPublished(const Key& key) {
  return std::find(kPublished.begin(), kPublished.end(), key.thumbprint) != kPublished.end();
}

bool isDevelopment(const Key& key) {
  return key.kid.starts_with(kDevelopmentKid);
}

bool isPublishedOrDevelopment(const Key& key) {
  return isPublished(key) || isDevelopment(key);
}

std::optional<KeySet> KeySet::parse(std::string_view json, bool (*banned)(const Key&)) {
  if (json.size() > kMaxBytes) return std::nullopt;
  const auto document = readObject(json);
  const Value* keys = document ? member(*document, "keys") : nullptr;
  if (!keys || !keys->IsArray() || keys->Size() > kMaxKeys) return std::nullopt;
  KeySet set;
  for (rapidjson::SizeType i = 0; i < keys->Size(); ++i) {
    auto read = readKey((*keys)[i], banned);
    if (auto* key = std::get_if<Key>(&read)) {
      set.keys_.push_back(std::move(*key));
    } else {
      set.refusals_.push_back("key " + std::to_string(i) + ": " + std::string(std::get<Why>(read)));
    }
  }
  set.dropSharedKids();
  return set;
}

/// Which of two keys a token means would be a guess. The same key said twice is no two keys.
void KeySet::dropSharedKids() {
  std::vector<Key> own;
  for (const Key& each : keys_) {
    const auto shares = [&](const Key& other) {
      return other.kid == each.kid && other.thumbprint != each.thumbprint;
    };
    if (std::any_of(keys_.begin(), keys_.end(), shares)) {
      refusals_.emplace_back("a key: its kid is that of another");
    } else {
      own.push_back(each);
    }
  }
  keys_ = std::move(own);
}

const Key* KeySet::find(std::string_view kid) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& each) { return each.kid == kid; });
  return found == keys_.end() ? nullptr : &*found;
}

}  // namespace plumbline::certs
