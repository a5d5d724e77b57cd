#include "certs/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

#include <memory>

#include "certs/freed.h"

namespace plumbline::certs {

std::vector<std::chrono::sys_seconds> expiries(const std::string& pemFile) {
  std::vector<std::chrono::sys_seconds> all;
  const std::unique_ptr<BIO, Freed<BIO_free_all>> file(BIO_new_file(pemFile.c_str(), "r"));
  while (file) {
    const std::unique_ptr<X509, Freed<X509_free>> each(
        PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
    if (!each) break;
    tm until{};
    ASN1_TIME_to_tm(X509_get0_notAfter(each.get()), &until);
    all.emplace_back(std::chrono::seconds(::timegm(&until)));
  }
  ERR_clear_error();  // reading ends with one at the last certificate
  return all;
}

}  // namespace plumbline::certs
