#pragma once

namespace plumbline::certs {

/// For a std::unique_ptr to what OpenSSL made: frees it with OpenSSL's own function.
template <auto free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};

}  // namespace plumbline::certs
