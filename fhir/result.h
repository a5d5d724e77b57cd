#pragma once

#include <optional>
#include <string>
#include <utility>

namespace plumbline::fhir {

/// Why something could not be read. `where` is an element path such as `context.patientId` or
/// `prefetch.conditions.entry[3]`: names and indexes only, never a value of the chart, so it may be shown to
/// the caller and written to a log.
struct Error {
  enum class Kind { Syntax, TooDeep, Encoding, DuplicateKey, Missing, WrongType, WrongValue, OtherPatient };
  Kind kind;
  std::string where;
  std::string detail;
};

/// A value or the reason there is none. Immutable, any thread.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] explicit operator bool() const { return value_.has_value(); }
  [[nodiscard]] const T& operator*() const& { return *value_; }
  [[nodiscard]] T&& operator*() && { return std::move(*value_); }
  [[nodiscard]] const T* operator->() const { return &*value_; }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<T> value_;
  std::optional<Error> error_;
};

}  // namespace plumbline::fhir
