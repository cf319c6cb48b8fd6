// Runs the server's half of a SCRAM-SHA-256 exchange: RFC 5802, RFC 7677, and channel binding by the server's
// certificate (tls-server-end-point, RFC 5929). Pure; belongs to one connection.
#pragma once

#include <string>
#include <string_view>

#include "auth/verifier.h"
#include "base/random.h"

namespace ordinal::auth {

inline constexpr std::string_view kScram = "SCRAM-SHA-256";
inline constexpr std::string_view kScramPlus = "SCRAM-SHA-256-PLUS";

class ScramServer {
 public:
  // `mechanism` is one of the two above. `certificate_hash` identifies the certificate that the connection's
  // TLS shows; empty without TLS, when kScramPlus must not be offered.
  ScramServer(std::string_view mechanism, std::string certificate_hash, Verifier verifier);

  // Takes the client's first message and returns the server's. Throws 08P01 for what is no such message,
  // 28000 where the two disagree about channel binding.
  std::string First(std::string_view message, base::RandomSource& random);
  // Takes the client's proof. True when it is one; then server_final() is the last message. Throws as First.
  bool Final(std::string_view message);
  const std::string& server_final() const { return server_final_; }

 private:
  void ReadBinding(std::string_view& message);

  const bool plus_;
  const std::string certificate_hash_;
  const Verifier verifier_;
  std::string binding_header_;
  std::string client_first_bare_;
  std::string server_first_;
  std::string nonce_;
  std::string server_final_;
};

}  // namespace ordinal::auth
