#include "certs/detached.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <fstream>
#include <memory>

#include "certs/freed.h"

namespace plumbline::certs {
namespace {

constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kSignatureText = 88;  // of base64, padded

const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string whyNotSigned(std::string_view text, const std::string& signatureFile,
                         const std::string& publicKeyFile) {
  const std::unique_ptr<BIO, Freed<BIO_free_all>> file(BIO_new_file(publicKeyFile.c_str(), "r"));
  if (!file) return "the public key " + publicKeyFile + " cannot be read";
  const std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> key(
      PEM_read_bio_PUBKEY(file.get(), nullptr, nullptr, nullptr));
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519)
    return publicKeyFile + " is no public key of Ed25519 in PEM";

  std::ifstream in(signatureFile);
  std::string line;
  if (!in || !std::getline(in, line)) return "there is no signature " + signatureFile;
  std::array<unsigned char, kSignatureText> signature{};
  // 88 signs are 66 bytes, of which the padding is two.
  if (line.size() != kSignatureText || !line.ends_with("==") ||
      EVP_DecodeBlock(signature.data(), bytesOf(line), static_cast<int>(line.size())) != kSignatureBytes + 2)
    return signatureFile + " is no signature of Ed25519 in base64";

  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const bool fits =
      context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), kSignatureBytes, bytesOf(text), text.size()) == 1;
  return fits ? "" : "the signature " + signatureFile + " is of something else or by another key";
}

}  // namespace plumbline::certs
