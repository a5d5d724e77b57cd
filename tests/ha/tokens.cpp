/// An EHR's signature for programs that have none: prints the key set of a key that is made anew, in one
/// line, then a token for each line of claims that it reads.
#include <iostream>
#include <string>

#include "tests/certs/signer.h"

int main() {
  const plumbline::certs::Signer signer(plumbline::certs::Algorithm::ES384, "ehr");
  std::cout << signer.jwks() << std::endl;
  for (std::string claims; std::getline(std::cin, claims);) std::cout << signer.token(claims) << std::endl;
}
