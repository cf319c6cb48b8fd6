// Takes fields off the body of a message, with PostgreSQL's complaints when they are not there.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace ordinal::wire {

// Makes the error that ends a connection whose bytes cannot be understood.
base::Error ProtocolViolation(std::string message);

// Errors: FATAL 08P01, in the words of PostgreSQL's pq_getmsg functions.
class BodyReader {
 public:
  explicit BodyReader(std::string_view body) : rest_(body) {}

  char Byte();
  template <std::integral T>
  T Int() {
    return base::LoadBigEndian<T>(Bytes(sizeof(T)).data());
  }
  std::string_view Bytes(std::size_t count);
  // Takes a string and the NUL that ends it.
  std::string_view String();
  std::string_view Rest();
  // Complains when anything is left.
  void End() const;
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace ordinal::wire
